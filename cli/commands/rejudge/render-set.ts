import type { MatrixCell } from '../../../domain/grading/verdict-matrix.js';
import { newVerdictName } from '../../../domain/grading/verdict-matrix.js';
import type { RejudgeRow } from '../../../domain/rejudge/rejudge-comparison.js';
import type { RejudgeRows } from '../../../domain/rejudge/rejudge-filter.js';
import type { RejudgeSummary } from '../../../domain/rejudge/rejudge-set.js';
import { cleanLine } from '../../../platform/terminal/clean-text.js';
import { renderTable } from '../../../platform/terminal/table.js';
import { renderVerdictMatrix } from '../../verdict-matrix.js';

export function renderSummary(summary: RejudgeSummary): string {
  const { set, phase, graded, submissions, repeat, differences } = summary;
  const times = repeat === 1 ? '' : `, each ${repeat} times`;
  const kinds = Object.entries(differences).map(([kind, count]) => `${count} ${kindNames[kind] ?? kind}`);
  return [
    `set ${set}: ${phase}, ${graded} of ${submissions} graded${times}`,
    `  ${cleanLine(summary.selection)}; "${cleanLine(summary.reason)}", by ${cleanLine(summary.requestedBy)}`,
    ...(kinds.length === 0 ? [] : [`  ${kinds.join(', ')}`]),
    ...(graded > 0 && isWithoutEffect(summary) ? ['  Applying it would change nothing.'] : []),
  ].join('\n');
}

/** Rows are stored verdicts, columns new ones. */
export function renderMatrix(cells: readonly MatrixCell[]): string {
  return renderVerdictMatrix(cells, 'stored ↓ new →');
}

export function renderRows({ rows, total }: RejudgeRows): string {
  const table = renderTable(
    ['submission', 'difference', 'stored', 'new', 'score', 'slowest', 'tests', 'applied'],
    rows.map((row) => [
      `#${row.submissionId}`,
      kindNames[row.difference] ?? row.difference,
      row.oldVerdict,
      row.verdicts.length > 0 ? row.verdicts.join(' / ') : newVerdictName(row),
      row.newScore === null || row.newScore === row.oldScore
        ? row.oldScore
        : `${row.oldScore} → ${row.newScore}`,
      `${row.oldTimeMs} → ${row.newTimeMs} ms`,
      changedTests(row),
      [row.outcome ?? '', row.note ?? ''].filter((text) => text !== '').join(': '),
    ]),
  );
  return total > rows.length
    ? `${table}\n${total - rows.length} more of these; see --limit, --offset and --only`
    : table;
}

export function renderOutcomes({ set, phase, outcomes }: RejudgeSummary): string {
  const counts = Object.entries(outcomes).map(([outcome, count]) => `${count} ${outcome}`);
  const conflicts =
    outcomes.conflict === undefined ? '' : `\nThe conflicts: grader rejudge show ${set} --only conflict`;
  return `set ${set}: ${phase}${counts.length === 0 ? '' : `, ${counts.join(', ')}`}${conflicts}`;
}

const kindNames: Readonly<Record<string, string>> = {
  none: 'the same',
  verdict: 'other verdict',
  score: 'other score',
  tests: 'other tests',
  time: 'other time',
  'not-graded': 'not graded',
};

function isWithoutEffect({ differences }: RejudgeSummary): boolean {
  return ['verdict', 'score', 'tests'].every((kind) => differences[kind] === undefined);
}

function changedTests({ changedTests: tests }: RejudgeRow): readonly string[] {
  return tests.map(
    ({ id, oldStatus, newStatus }) => `${id}: ${oldStatus ?? 'none'} → ${newStatus ?? 'none'}`,
  );
}
