import type { Verdict } from '../judging/status.js';
import { Status } from '../judging/status.js';
import type { ApplyOutcome, ChangedTest, Difference, RejudgeRow } from './rejudge-comparison.js';

/**
 * A row as it travels from run to run, a third of its size. Statuses are numbers of {@link statuses}, or themselves
 * if the engine does not know them; trailing defaults are left out.
 */
export type PackedRow = readonly [
  submissionId: number,
  difference: number,
  fingerprint: string,
  oldVerdict: PackedStatus,
  oldScore: number,
  newVerdict?: PackedStatus | null,
  newScore?: number | null,
  oldTimeMs?: number,
  newTimeMs?: number,
  changedTests?: readonly (readonly [number, PackedStatus | null, PackedStatus | null])[],
  verdicts?: readonly PackedStatus[],
  note?: string | null,
  outcome?: ApplyOutcome | null,
];
type PackedStatus = number | string;

// The order is part of the stored form: only append.
const statuses: readonly string[] = Object.values(Status);
const differences: readonly Difference[] = [
  'none',
  'verdict',
  'score',
  'tests',
  'time',
  'flaky',
  'not-graded',
];

export function packRow(row: RejudgeRow): PackedRow {
  const packed: unknown[] = [
    row.submissionId,
    differences.indexOf(row.difference),
    row.fingerprint,
    packStatus(row.oldVerdict),
    row.oldScore,
    row.newVerdict === null ? null : packStatus(row.newVerdict),
    row.newScore,
    row.oldTimeMs,
    row.newTimeMs,
    row.changedTests.map(({ id, oldStatus, newStatus }) => [id, orNull(oldStatus), orNull(newStatus)]),
    row.verdicts.map(packStatus),
    row.note,
    row.outcome,
  ];
  while (isDefault(packed.at(-1))) packed.pop();
  return packed as unknown as PackedRow;
}

export function unpackRow(packed: PackedRow): RejudgeRow {
  const [submissionId, difference, fingerprint, oldVerdict, oldScore, newVerdict, newScore] = packed;
  const [oldTimeMs, newTimeMs, changed = [], verdicts = [], note, outcome] = packed.slice(7) as [
    number?,
    number?,
    PackedRow[9]?,
    PackedRow[10]?,
    (string | null)?,
    (ApplyOutcome | null)?,
  ];
  return {
    submissionId,
    difference: differences[difference] ?? 'not-graded',
    oldVerdict: unpackStatus(oldVerdict),
    oldScore,
    newVerdict: newVerdict === null || newVerdict === undefined ? null : unpackVerdict(newVerdict),
    newScore: newScore ?? null,
    oldTimeMs: oldTimeMs ?? 0,
    newTimeMs: newTimeMs ?? 0,
    changedTests: changed.map(
      ([id, oldStatus, newStatus]): ChangedTest => ({
        id,
        oldStatus: oldStatus === null ? null : unpackStatus(oldStatus),
        newStatus: newStatus === null ? null : unpackStatus(newStatus),
      }),
    ),
    verdicts: verdicts.map(unpackVerdict),
    fingerprint,
    note: note ?? null,
    outcome: outcome ?? null,
  };
}

function packStatus(status: string): PackedStatus {
  const index = statuses.indexOf(status);
  return index < 0 ? status : index;
}

function unpackStatus(packed: PackedStatus): string {
  return typeof packed === 'string' ? packed : (statuses[packed] ?? 'unknown');
}

/** Only verdicts of ours were packed there. */
function unpackVerdict(packed: PackedStatus): Verdict {
  return unpackStatus(packed) as Verdict;
}

function orNull(status: string | null): PackedStatus | null {
  return status === null ? null : packStatus(status);
}

/** Defaults that the end of a row may omit. Numbers are kept: 0 is a score. */
function isDefault(value: unknown): boolean {
  return value === null || (Array.isArray(value) && value.length === 0);
}
