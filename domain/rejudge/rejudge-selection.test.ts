import { describe, expect, it } from 'vitest';
import {
  anySubmission,
  chooseSubmissions,
  describeCriteria,
  isEmpty,
  spellingsOf,
} from './rejudge-selection.js';

describe('the submissions of a set', () => {
  it('are those with a verdict, by id; the others are told', () => {
    const selection = chooseSubmissions(anySubmission, [
      { submissionId: 9, classId: 3, status: 'Accepted' },
      { submissionId: 3, classId: 3, status: 'Pending' },
      { submissionId: 4, classId: 3, status: 'System Error' },
      { submissionId: 5, classId: 3, status: 'Running' },
    ]);
    expect(selection.chosen).toEqual([4, 9]);
    expect(selection.verdicts).toEqual({ Accepted: 1, 'System Error': 1 });
    expect(selection.skipped.map(({ submissionId, reason }) => `${submissionId}: ${reason}`)).toEqual([
      '3: it has no verdict yet (Pending)',
      '5: it has no verdict yet (Running)',
    ]);
  });

  it('that were asked for by id and not found are told too, once', () => {
    const { chosen, skipped } = chooseSubmissions({ submissionIds: [7, 8, 8] }, [
      { submissionId: 7, classId: 3, status: 'Accepted' },
    ]);
    expect(chosen).toEqual([7]);
    expect(skipped.map(({ submissionId }) => submissionId)).toEqual([8]);
  });
});

it('criteria are told in words', () => {
  const criteria = {
    ...anySubmission,
    problemIds: [4, 5],
    verdicts: ['Wrong Answer'],
    since: new Date('2026-11-25T10:00:00Z'),
  };
  expect(describeCriteria(criteria)).toBe(
    'problem 4,5, verdict Wrong Answer, handed in from 2026-11-25T10:00:00.000Z',
  );
  const scattered = Array.from({ length: 12 }, (_, index) => 2 * index + 1);
  expect(describeCriteria({ ...anySubmission, submissionIds: [1, 2, 3, 4, 5, 9] })).toBe('submission 1-5,9');
  expect(describeCriteria({ ...anySubmission, submissionIds: scattered })).toMatch(/,19 and 2 more ranges$/);
  expect(isEmpty(anySubmission)).toBe(true);
  expect(isEmpty(criteria)).toBe(false);
});

it('a language is looked for in every spelling the platform may have stored', () => {
  const stored = ['cpp', 'C++', 'cxx', 'GNU C++17', 'Python 3', 'COBOL ', 'c'];
  expect(spellingsOf(['C++'], stored)).toEqual(['cpp', 'C++', 'cxx', 'GNU C++17']);
  expect(spellingsOf(['Cobol', 'py'], stored)).toEqual(['Python 3', 'COBOL ']);
});
