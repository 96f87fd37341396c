import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Status } from '../judging/status.js';
import type { RejudgeRow } from './rejudge-comparison.js';
import { packRow, unpackRow } from './rejudge-row-codec.js';
import { maxSubmissionsPerSet } from './rejudge-set.js';

const verdict = fc.constantFrom(
  Status.Accepted,
  Status.WrongAnswer,
  Status.SystemError,
  Status.TimeLimitExceeded,
);
const status = fc.oneof(verdict, fc.constant('Judged By Hand'));
const number = fc.nat({ max: 2 ** 31 - 1 });
const row: fc.Arbitrary<RejudgeRow> = fc.record({
  submissionId: number,
  difference: fc.constantFrom('none', 'verdict', 'score', 'tests', 'time', 'flaky', 'not-graded'),
  oldVerdict: status,
  oldScore: fc.nat({ max: 100 }),
  newVerdict: fc.option(verdict),
  newScore: fc.option(fc.nat({ max: 100 })),
  oldTimeMs: number,
  newTimeMs: number,
  changedTests: fc.array(
    fc.record({ id: number, oldStatus: fc.option(status), newStatus: fc.option(status) }),
    { maxLength: 5 },
  ),
  verdicts: fc.array(verdict, { maxLength: 5 }),
  fingerprint: fc.string({ maxLength: 16 }),
  note: fc.option(fc.string({ maxLength: 200 })),
  outcome: fc.option(fc.constantFrom('applied', 'conflict', 'gone', 'failed')),
});

it('any row survives the way through a payload', () => {
  fc.assert(
    fc.property(row, (original) => {
      expect(unpackRow(JSON.parse(JSON.stringify(packRow(original))))).toEqual(original);
    }),
  );
});

it('the rows of the largest set stay below a payload limit of 2 MiB, even if every one changed', () => {
  const changed: RejudgeRow = {
    submissionId: 2_000_000_000,
    difference: 'verdict',
    oldVerdict: 'Memory Limit Exceeded',
    oldScore: 100,
    newVerdict: 'Time Limit Exceeded',
    newScore: 90,
    oldTimeMs: 1000,
    newTimeMs: 12_000,
    changedTests: Array.from({ length: 5 }, (_, index) => ({
      id: 2_000_000_000 + index,
      oldStatus: 'Accepted',
      newStatus: 'Time Limit Exceeded',
    })),
    verdicts: [],
    fingerprint: '0123456789abcdef',
    note: null,
    outcome: 'applied',
  };
  const bytes = JSON.stringify(packRow(changed)).length * maxSubmissionsPerSet;
  expect(bytes).toBeLessThan(1024 * 1024);
});
