import { alignedLines } from '../domain/grading/aligned-lines.js';
import type { RejudgeSummary } from '../domain/rejudge/rejudge-set.js';
import { escapeMarkdown } from './escape-markdown.js';

/** Markdown, as the web UI shows it: where a set stands, and its matrix. */
export function rejudgeDetails(summary: RejudgeSummary): string {
  const { set, phase, graded, submissions, selection, reason, requestedBy } = summary;
  const head = `**Rejudge ${set}** · ${phase} · ${graded} of ${submissions} graded`;
  const about = `${escapeMarkdown(selection)} · "${escapeMarkdown(reason)}" · ${escapeMarkdown(requestedBy)}`;
  const matrix = summary.matrix.map(({ from, to, count }) => [from, to, String(count)]);
  const rows = [['stored', 'new', 'submissions'], ...matrix];
  const table = matrix.length === 0 ? [] : ['```text', ...alignedLines(rows, [2]), '```'];
  const outcomes = Object.entries(summary.outcomes).map(([outcome, count]) => `${count} ${outcome}`);
  return [head, '', about, '', ...table, ...(outcomes.length === 0 ? [] : ['', outcomes.join(' · ')])].join(
    '\n',
  );
}
