import { describe, expect, it } from 'vitest';
import { isInShare } from '../grading/share-hash.js';
import { chooseForShadow } from './shadow-selection.js';

const found = Array.from({ length: 40 }, (_, index) => ({
  submissionId: index + 1,
  classId: 3,
  status: index === 4 ? 'Running' : 'Accepted',
}));
const all = { ids: [], share: 10_000, salt: 'cutover', gradedByUs: new Set<number>() };

describe('what is shadowed', () => {
  it('is what the legacy worker has finished', () => {
    const { chosen, skipped } = chooseForShadow(found, { ...all, gradedByUs: new Set([7, 8]) });
    expect(chosen).toHaveLength(37);
    expect(skipped).toEqual([
      { submissionId: 5, reason: 'it has no verdict yet (Running)' },
      { submissionId: 7, reason: 'it was graded by us, or is being graded' },
      { submissionId: 8, reason: 'it was graded by us, or is being graded' },
    ]);
  });

  it('is a named one without a verdict too, since its result may be lost; what does not exist is told', () => {
    const { chosen, skipped } = chooseForShadow(found.slice(3, 5), { ...all, ids: [4, 5, 99] });
    expect(chosen.map(({ submissionId }) => submissionId)).toEqual([4, 5]);
    expect(skipped.map(({ submissionId }) => submissionId)).toEqual([99]);
  });

  it('is of a sample what the hash with the salt of shadows says, without a word about the others', () => {
    const { chosen, skipped } = chooseForShadow(found, { ...all, share: 2500 });
    const expected = found
      .map(({ submissionId }) => submissionId)
      .filter((id) => isInShare(id, 2500, 'cutover', 'shadow') && id !== 5);
    expect(chosen.map(({ submissionId }) => submissionId)).toEqual(expected);
    expect(expected.length).toBeGreaterThan(2);
    expect(skipped.length).toBeLessThanOrEqual(1);
  });
});
