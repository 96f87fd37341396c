import { controlWorkflowId } from '../domain/cutover/bridge-control.js';
import type { CutoverEvent, CutoverStatus } from '../domain/cutover/cutover-run.js';
import { renderCutover } from '../domain/cutover/render-cutover.js';
import { gradeSubmissionType } from '../domain/grading/grading-workflow.js';
import { shadowCompareType } from '../domain/parity/shadow-set.js';
import { escapeMarkdown } from './escape-markdown.js';

const eventsShown = 10;
/** A memo is small: every list of workflows carries it. */
const memoLines = 40;
const memoLineLength = 200;

interface CutoverPlace {
  readonly namespace: string;
  readonly queue: string;
}

/** A cutover's page in the web UI, as Markdown: share, gates, what happened on what evidence, and where to look further. */
export function cutoverPage(status: CutoverStatus, place: CutoverPlace): string {
  const [head = '', ...lines] = renderCutover(status).split('\n').map(withoutMarkup);
  return [
    `**${head}**`,
    '',
    ...paragraphs(lines),
    '',
    '**What happened, latest first**',
    '',
    ...latest(status).flatMap(({ at, by, what, why, evidence }) => [
      `- ${escapeMarkdown(`${at.slice(0, 19)}Z ${by}: ${what} (${why})`)}`,
      ...evidence.map((line) => `    - ${escapeMarkdown(line)}`),
    ]),
    '',
    links(status, place).join(' · '),
  ].join('\n');
}

/** The same for the memo, which is shown as it is: one line each. */
export function cutoverMemo(status: CutoverStatus): string[] {
  const events = latest(status).map(({ at, by, what, why }) => `${at.slice(0, 19)}Z ${by}: ${what} (${why})`);
  return [...renderCutover(status).split('\n'), ...events]
    .slice(0, memoLines)
    .map((line) => line.slice(0, memoLineLength));
}

function latest({ events }: CutoverStatus): readonly CutoverEvent[] {
  return events.slice(-eventsShown).reverse();
}

/** An item of a list stays one. */
function withoutMarkup(line: string): string {
  return line.startsWith('- ') ? `- ${escapeMarkdown(line.slice(2))}` : escapeMarkdown(line);
}

/** A line of its own needs an empty one before it, and a list too. */
function paragraphs(lines: readonly string[]): string[] {
  return lines.flatMap((line, index) => {
    const isInList = line.startsWith('- ') && (lines[index - 1]?.startsWith('- ') ?? false);
    return isInList || index === 0 ? [line] : ['', line];
  });
}

function links({ version, stepSince }: CutoverStatus, { namespace, queue }: CutoverPlace): string[] {
  const workflows = `/namespaces/${encodeURIComponent(namespace)}/workflows`;
  const list = (text: string, query: string) => `[${text}](${workflows}?query=${encoded(query)})`;
  const ended = `CloseTime >= "${stepSince}"`;
  return [
    ...(version > 0
      ? [`[setting ${version}](${workflows}/${encoded(controlWorkflowId(queue, version))})`]
      : []),
    list('gradings since', `WorkflowType = "${gradeSubmissionType}" AND StartTime >= "${stepSince}"`),
    list(
      'failed since',
      `WorkflowType = "${gradeSubmissionType}" AND ExecutionStatus = "Failed" AND ${ended}`,
    ),
    list('differ from legacy', `WorkflowType = "${shadowCompareType}" AND Parity = "differs" AND ${ended}`),
  ];
}

/** Parentheses would end the link. */
function encoded(text: string): string {
  return encodeURIComponent(text).replaceAll('(', '%28').replaceAll(')', '%29');
}
