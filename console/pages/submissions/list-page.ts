import type { CommandContext } from '../../../cli/context.js';
import { workflowLink } from '../../../cli/workflow-link.js';
import { errorLine } from '../../../domain/errors/error-text.js';
import { gradeWorkflowId } from '../../../domain/grading/grading-workflow.js';
import { languages } from '../../../domain/judging/language.js';
import { Status } from '../../../domain/judging/status.js';
import { withDeadline } from '../../../platform/deadline.js';
import type { FoundSubmission, SubmissionFilter } from '../../../platform/postgres/submission-search.js';
import { createSubmissionSearch } from '../../../platform/postgres/submission-search.js';
import type { GradingSummary } from '../../../platform/temporal/known-gradings.js';
import { gradingSummaries } from '../../../platform/temporal/known-gradings.js';
import type { Html } from '../../html/html.js';
import { html } from '../../html/html.js';
import { moment, seconds, table, uiLink, verdict } from '../../html/pieces.js';
import type { PageRoute } from '../../routes.js';
import { FormError } from '../../routes.js';

const pageSize = 50;
const gradingsWithinMs = 3_000;
const periods = { '1h': 3_600_000, '1d': 86_400_000, '7d': 7 * 86_400_000 } as const;

/** The latest submissions that match a filter, whoever graded them. */
export function submissionsPage(context: CommandContext): PageRoute {
  return {
    path: '/submissions',
    needs: 'guest',
    read: async ({ query }) => {
      const found = await createSubmissionSearch(context.database).find(filterOf(query), pageSize);
      const { gradings, unseen } = await gradingsFor(context, found);
      const rows = found.map((submission) => row(context, submission, gradings.get(submission.submissionId)));
      const last = found.at(-1);
      return {
        title: 'Submissions',
        body: html`${filterForm(query)}
${unseen !== undefined && html`<p class="notice undone">Who graded them is not known now: ${unseen}</p>`}
${found.length === 0 ? html`<p>No submission matches.</p>` : table('Latest first', columns, rows)}
${found.length === pageSize && last !== undefined && html`<p><a href="/submissions?${older(query, last.submissionId)}">Older ones</a></p>`}`,
      };
    },
  };
}

const columns = [
  'id',
  'handed in',
  'problem',
  'student',
  'class',
  'language',
  'status',
  { name: 'score', isNumber: true },
  'graded by',
];

function row(context: CommandContext, submission: FoundSubmission, grading: GradingSummary | undefined) {
  const {
    submissionId: id,
    submittedAt,
    problemTitle,
    problemId,
    studentId,
    classId,
    language,
    status,
    score,
  } = submission;
  const by =
    grading === undefined
      ? 'not known here'
      : uiLink(
          workflowLink(context.settings.temporal, gradeWorkflowId(id)),
          `ours, ${grading.state}${grading.tookMs === undefined ? '' : ` in ${seconds(grading.tookMs)}`}`,
        );
  return [
    html`<a href="/submissions/${id}">${id}</a>${submission.isTest && ' (trial)'}`,
    moment(submittedAt),
    html`<a href="/submissions?problem=${problemId}">${problemTitle.slice(0, 80)}</a>`,
    html`<a href="/submissions?student=${studentId}">${studentId}</a>`,
    html`<a href="/submissions?class=${classId}">${classId}</a>`,
    language,
    verdict(status),
    score ?? '–',
    by,
  ];
}

/** The list is shown without them while Temporal is down. */
async function gradingsFor(context: CommandContext, found: readonly FoundSubmission[]) {
  const ids = found.map(({ submissionId }) => submissionId);
  try {
    const gradings = await withDeadline(
      'Temporal',
      gradingsWithinMs,
      gradingSummaries(context.temporal, ids),
    );
    return { gradings, unseen: undefined };
  } catch (error) {
    return { gradings: new Map<number, GradingSummary>(), unseen: errorLine(error) };
  }
}

function filterOf(query: URLSearchParams): SubmissionFilter {
  const period = query.get('since') ?? '';
  return {
    status: given(query, 'status'),
    language: given(query, 'language'),
    problemId: number(query, 'problem'),
    classId: number(query, 'class'),
    studentId: number(query, 'student'),
    since: isPeriod(period) ? new Date(Date.now() - periods[period]) : undefined,
    before: number(query, 'before'),
  };
}

function isPeriod(text: string): text is keyof typeof periods {
  return text in periods;
}

function given(query: URLSearchParams, name: string): string | undefined {
  return query.get(name)?.trim() || undefined;
}

function number(query: URLSearchParams, name: string): number | undefined {
  const text = given(query, name);
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text)) throw new FormError(`${name}: a number, not "${text.slice(0, 40)}"`);
  return Number(text);
}

function older(query: URLSearchParams, before: number): string {
  const next = new URLSearchParams(query);
  next.delete('done');
  next.set('before', String(before));
  return next.toString();
}

function filterForm(query: URLSearchParams): Html {
  const chosen = (name: string) => query.get(name) ?? '';
  const options = (name: string, values: readonly string[]) =>
    html`<option value="">any</option>${values.map((value) => html`<option ${chosen(name) === value && html`selected`}>${value}</option>`)}`;
  const numberField = (name: string, label: string) =>
    html`<label>${label} <input name="${name}" value="${chosen(name)}" inputmode="numeric" size="6"></label>`;
  return html`<form class="row" method="get" action="/submissions" aria-label="Filter">
<label>Status <select name="status">${options('status', Object.values(Status))}</select></label>
<label>Language <select name="language">${options('language', Object.keys(languages))}</select></label>
${numberField('problem', 'Problem')}${numberField('class', 'Class')}${numberField('student', 'Student')}
<label>Handed in within <select name="since">${options('since', Object.keys(periods))}</select></label>
<button>Filter</button></form>
<form class="row" method="get" action="/submissions/find"><label>Number <input name="id" required inputmode="numeric" size="8"></label><button>Open</button></form>`;
}
