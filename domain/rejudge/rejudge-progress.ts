import { countBy, verdictMatrix } from '../grading/verdict-matrix.js';
import type { ApplyOutcome, RejudgeRow } from './rejudge-comparison.js';
import { isToBeApplied } from './rejudge-comparison.js';
import { packRow, unpackRow } from './rejudge-row-codec.js';
import type { RejudgeInput, RejudgePhase, RejudgeState, RejudgeSummary } from './rejudge-set.js';

/**
 * Where a set stands. Phases go one way: grading, graded, applying, applied; the first three may also end in
 * cancelled or expired. All of it travels from one run of the workflow to the next.
 */
export class RejudgeProgress {
  phase: RejudgePhase;
  appliedBy: string | null;
  gradedAtMs: number | null;
  readonly #input: RejudgeInput;
  readonly #runs: number;
  readonly #rows = new Map<number, RejudgeRow>();

  constructor(input: RejudgeInput) {
    const { state } = input;
    this.#input = input;
    this.phase = state?.phase ?? 'grading';
    this.appliedBy = state?.appliedBy ?? null;
    this.gradedAtMs = state?.gradedAtMs ?? null;
    this.#runs = state?.runs ?? 1;
    for (const packed of state?.rows ?? []) {
      const row = unpackRow(packed);
      this.#rows.set(row.submissionId, row);
    }
  }

  /** Submissions without a row yet. */
  toGrade(): readonly number[] {
    return this.#input.submissionIds.filter((id) => !this.#rows.has(id));
  }

  /** Rows still to be written. */
  toApply(): readonly RejudgeRow[] {
    return this.rows().filter((row) => isToBeApplied(row) && row.outcome === null);
  }

  finished(row: RejudgeRow): void {
    this.#rows.set(row.submissionId, row);
  }

  tried(row: RejudgeRow, outcome: ApplyOutcome, note: string | null): void {
    this.#rows.set(row.submissionId, { ...row, outcome, note: note?.slice(0, 200) ?? null });
  }

  /** Ordered by id, whatever finished first. */
  rows(): readonly RejudgeRow[] {
    return this.#input.submissionIds.flatMap((id) => this.#rows.get(id) ?? []);
  }

  summary(): RejudgeSummary {
    const rows = this.rows();
    const { set, reason, selection, requestedBy, repeat, submissionIds } = this.#input;
    return {
      set,
      reason,
      selection,
      requestedBy,
      appliedBy: this.appliedBy,
      phase: this.phase,
      repeat,
      submissions: submissionIds.length,
      graded: rows.length,
      runs: this.#runs,
      matrix: verdictMatrix(rows),
      differences: countBy(rows.map((row) => row.difference)),
      outcomes: countBy(rows.flatMap((row) => row.outcome ?? [])),
    };
  }

  /** The input of the next run. */
  carriedOn(): RejudgeInput {
    const state: RejudgeState = {
      phase: this.phase,
      rows: this.rows().map(packRow),
      appliedBy: this.appliedBy,
      runs: this.#runs + 1,
      gradedAtMs: this.gradedAtMs,
    };
    return { ...this.#input, state };
  }
}
