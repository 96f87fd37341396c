import { paint } from '../../platform/terminal/paint.js';
import { renderTable } from '../../platform/terminal/table.js';
import type { DemoProgram } from './catalogue.js';

export interface DemoRow {
  readonly program: DemoProgram;
  readonly submissionId: number;
  /** Undefined while ungraded. */
  readonly verdict?: string;
  readonly score?: number;
  readonly seconds?: number;
  readonly link: string;
}

export function isAsExpected(row: DemoRow): boolean {
  return row.verdict === row.program.expected && row.score === row.program.expectedScore;
}

/** What the table says, in one sentence: a verdict that is missing is another thing than a wrong one. */
export function concludeDemo(rows: readonly DemoRow[]): { text: string; isGood: boolean } {
  const missing = rows.filter((row) => row.verdict === undefined).length;
  const different = rows.filter((row) => row.verdict !== undefined && !isAsExpected(row)).length;
  if (missing + different === 0) return { text: 'every verdict is as expected', isGood: true };
  const parts = [
    ...(different > 0 ? [`${different} verdict(s) differ`] : []),
    ...(missing > 0
      ? [
          `${missing} grading(s) have no verdict yet (a busy machine, or trouble that .local/log/worker.log names)`,
        ]
      : []),
  ];
  return { text: `${parts.join('; ')}; see the workflows above`, isGood: false };
}

/** The table at the end of the demo, differences in red; links are too long for its columns. */
export function renderDemoTable(rows: readonly DemoRow[]): string {
  const table = renderTable(
    ['id', 'program', 'language', 'expected', 'verdict', 'score', 'time'],
    rows.map((row) => {
      const verdict = row.verdict ?? 'no verdict';
      return [
        row.submissionId,
        row.program.file,
        row.program.language,
        row.program.expected,
        paint(isAsExpected(row) ? 'green' : 'red', verdict),
        row.score ?? '',
        row.seconds === undefined ? '' : `${row.seconds.toFixed(1)} s`,
      ];
    }),
  );
  return [table, 'Workflows in the web UI:', ...rows.map((row) => `  ${row.submissionId}: ${row.link}`)].join(
    '\n',
  );
}
