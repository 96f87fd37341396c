import { styleText } from 'node:util';
import Table from 'cli-table3';
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

/** The table at the end of the demo: one line per submission, differences in red. */
export function renderDemoTable(rows: readonly DemoRow[]): string {
  const table = new Table({
    head: ['id', 'program', 'language', 'expected', 'verdict', 'score', 'time', 'workflow in the web UI'],
    style: { head: [], border: [] },
  });
  for (const row of rows) {
    const verdict = row.verdict ?? 'no verdict';
    table.push([
      row.submissionId,
      row.program.file,
      row.program.language,
      row.program.expected,
      isAsExpected(row) ? styleText('green', verdict) : styleText('red', verdict),
      row.score ?? '',
      row.seconds === undefined ? '' : `${row.seconds.toFixed(1)} s`,
      row.link,
    ]);
  }
  return table.toString();
}
