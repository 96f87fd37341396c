import type { MatrixCell } from '../grading/verdict-matrix.js';
import { verdictMatrix } from '../grading/verdict-matrix.js';
import type { Verdict } from '../judging/status.js';
import type { LegacyNoise } from './legacy-noise.js';
import { legacyNoise } from './legacy-noise.js';
import type { ParityClass, ParityFinding } from './parity.js';
import { classify, isMismatch, parityClasses } from './parity.js';
import type { ParityCriteria } from './parity-rules.js';
import type { ShadowRecord } from './shadow-record.js';
import type { Proportion } from './wilson.js';
import { wilson95 } from './wilson.js';

/** One shadow grading and where to look at it. */
export interface ShadowGrading {
  readonly record: ShadowRecord;
  readonly workflowId: string;
  readonly runId: string;
  /** When it ended, ISO. */
  readonly at: string;
}

/** A person's note on a difference. */
export interface ParityExplanation {
  readonly submissionId: number;
  /** The difference it explains; another difference of the same submission stays unexplained. */
  readonly difference: string;
  readonly note: string;
  readonly by: string;
  readonly at: string;
}

export interface ParityRow extends ShadowGrading, ParityFinding {
  readonly explanation: ParityExplanation | null;
}

export interface ParityReport {
  /** The latest grading of each submission, ordered by id. */
  readonly rows: readonly ParityRow[];
  readonly classes: Readonly<Record<ParityClass, number>>;
  /** Legacy × ours. */
  readonly matrix: readonly MatrixCell[];
  /** Comparable submissions: all but `theirs-missing`. */
  readonly compared: number;
  /** Same judgement. */
  readonly same: Proportion;
  /** Same judgement, or a difference that a rule or a note covers. */
  readonly accounted: Proportion;
  /** Differences of judgement without rule or note. */
  readonly mismatches: number;
  readonly noise: LegacyNoise;
}

/** @param gradings ordered by their end. */
export function parityReport(
  gradings: readonly ShadowGrading[],
  criteria: ParityCriteria,
  explanations: readonly ParityExplanation[],
): ParityReport {
  const latest = new Map<number, ShadowGrading>();
  for (const grading of gradings) latest.set(grading.record.submissionId, grading);
  const rows = [...latest.values()]
    .map((grading) => parityRow(grading, criteria, explanations))
    .sort((a, b) => a.record.submissionId - b.record.submissionId);
  const comparable = rows.filter((row) => row.class !== 'theirs-missing');
  const mismatching = comparable.filter(isMismatch);
  const mismatches = mismatching.filter((row) => row.explanation === null).length;
  const ignored = comparable.filter((row) => row.class === 'ignored').length;
  return {
    rows,
    classes: countClasses(rows),
    matrix: verdictMatrix(
      rows.map(({ record: { theirs, ours } }) => ({
        oldVerdict: theirs.status,
        newVerdict: (ours?.verdict ?? null) as Verdict | null,
      })),
    ),
    compared: comparable.length,
    same: wilson95(comparable.length - mismatching.length - ignored, comparable.length),
    accounted: wilson95(comparable.length - mismatches, comparable.length),
    mismatches,
    noise: legacyNoise(gradings.map(({ record }) => record)),
  };
}

/** What a person should look at: everything but equal rows, unexplained ones first. */
export function differencesOf(rows: readonly ParityRow[]): readonly ParityRow[] {
  const order: readonly ParityClass[] = ['ours-failed', 'differs', 'theirs-missing', 'ignored'];
  const rank = (row: ParityRow) =>
    Number(row.explanation !== null) * 10 +
    order.indexOf(row.class) +
    Number(row.class === 'differs' && !isMismatch(row)) / 2;
  return rows
    .filter((row) => order.includes(row.class))
    .sort((a, b) => rank(a) - rank(b) || a.record.submissionId - b.record.submissionId);
}

/** Identifies a difference, so that its note does not cover another one. */
export function differenceKey(
  { theirs, ours }: ShadowRecord,
  { class: kind, aspect }: ParityFinding,
): string {
  return `${kind}${aspect === null ? '' : ` in ${aspect}`}: ${theirs.status} × ${ours?.verdict ?? 'no verdict'}`;
}

function parityRow(
  grading: ShadowGrading,
  criteria: ParityCriteria,
  explanations: readonly ParityExplanation[],
): ParityRow {
  const finding = classify(grading.record, criteria);
  const key = differenceKey(grading.record, finding);
  const explanation = explanations.findLast(
    (each) => each.submissionId === grading.record.submissionId && each.difference === key,
  );
  return { ...grading, ...finding, explanation: explanation ?? null };
}

function countClasses(rows: readonly ParityRow[]): Record<ParityClass, number> {
  const count = (kind: ParityClass) => rows.filter((row) => row.class === kind).length;
  return Object.fromEntries(parityClasses.map((kind) => [kind, count(kind)])) as Record<ParityClass, number>;
}
