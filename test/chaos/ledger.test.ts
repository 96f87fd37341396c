import { describe, expect, it } from 'vitest';
import type { AcceptedSubmission, ChaosFacts } from './ledger.js';
import { balance, isBalanced, renderLedger } from './ledger.js';

const accepted = { verdict: 'Accepted', results: ['Accepted'] };
const wrong = { verdict: 'Wrong Answer', results: ['Wrong Answer'] };
const good: AcceptedSubmission = {
  id: 1,
  program: 'python-right',
  expected: accepted,
  stored: accepted,
  delivered: [accepted],
};
const version = (number: number) => ({ verdict: 'Accepted', results: [`Accepted of v${number}`] });
const regraded: AcceptedSubmission = {
  ...good,
  expected: version(2),
  stored: version(2),
  delivered: [version(0), version(2)],
  versions: [version(0), version(1), version(2)],
};
const facts = (changes: Partial<ChaosFacts> = {}): ChaosFacts => ({
  submissions: [good],
  badMessages: ['no json'],
  quarantined: ['no json'],
  unacknowledged: 0,
  leftMessages: 0,
  leftContainers: 0,
  openWorkflows: 0,
  failedGradings: [],
  crashes: 0,
  ...changes,
});

describe('the ledger', () => {
  it('balances when every submission is final and every bad message is in quarantine', () => {
    const ledger = balance(facts());
    expect(ledger).toMatchObject({ accepted: 2, final: 1, quarantined: 1, lost: [], wrong: [] });
    expect(isBalanced(ledger)).toBe(true);
  });

  it('lists a verdict that came twice as a duplicate and still balances', () => {
    const ledger = balance(facts({ submissions: [{ ...good, delivered: [accepted, accepted] }] }));
    expect(ledger.duplicates).toEqual(['#1 (python-right): 2 times']);
    expect(isBalanced(ledger)).toBe(true);
  });

  it('counts a submission that was published again once, and its messages apart', () => {
    const ledger = balance(facts({ submissions: [regraded] }));
    expect(ledger).toMatchObject({ accepted: 2, final: 1, regrades: 2, stale: [], doubleFinals: [] });
    expect(isBalanced(ledger)).toBe(true);
  });

  it.each<[string, Partial<ChaosFacts>]>([
    ['a submission is Pending', { submissions: [{ ...good, stored: { verdict: 'Pending', results: [] } }] }],
    ['the backend was never told', { submissions: [{ ...good, delivered: [] }] }],
    ['the verdict is another', { submissions: [{ ...good, stored: wrong }] }],
    ['a test is missing', { submissions: [{ ...good, stored: { verdict: 'Accepted', results: [] } }] }],
    ['two verdicts were delivered', { submissions: [{ ...good, delivered: [wrong, accepted] }] }],
    ['the last verdict is of an older test', { submissions: [{ ...regraded, delivered: [version(1)] }] }],
    [
      'an older verdict came after a newer one',
      { submissions: [{ ...regraded, delivered: [version(1), version(0), version(2)] }] },
    ],
    [
      'a verdict is of no version of its test',
      { submissions: [{ ...regraded, delivered: [version(7), version(2)] }] },
    ],
    ['the database has an older verdict', { submissions: [{ ...regraded, stored: version(1) }] }],
    ['a bad message is gone', { quarantined: [] }],
    ['a good message is in quarantine', { quarantined: ['no json', '{"submission_id":1}'] }],
    ['a container is left', { leftContainers: 1 }],
    ['a message is left', { leftMessages: 1 }],
    ['a grading is open', { openWorkflows: 1 }],
    ['a grading failed', { failedGradings: [1] }],
  ])('does not balance when %s', (_what, changes) => {
    const ledger = balance(facts(changes));
    expect(isBalanced(ledger)).toBe(false);
    expect(renderLedger(ledger)).toContain('does NOT balance');
  });
});
