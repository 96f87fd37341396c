import type { CommandContext } from '../../../cli/context.js';
import { workflowLink } from '../../../cli/workflow-link.js';
import { errorLine } from '../../../domain/errors/error-text.js';
import { gradeWorkflowId } from '../../../domain/grading/grading-workflow.js';
import { withDeadline } from '../../../platform/deadline.js';
import type { FoundSubmission } from '../../../platform/postgres/submission-search.js';
import { createSubmissionSearch } from '../../../platform/postgres/submission-search.js';
import type { GradingSummary } from '../../../platform/temporal/known-gradings.js';
import { gradingSummaries } from '../../../platform/temporal/known-gradings.js';
import type { GradingFilter, SubmissionsFound } from '../../../platform/temporal/submissions-by-grading.js';
import { submissionsByGrading } from '../../../platform/temporal/submissions-by-grading.js';
import { html } from '../../html/html.js';
import { moment, seconds, shortened, table, uiLink, verdict } from '../../html/pieces.js';
import type { PageRoute } from '../../routes.js';
import { askedFor, filterForm, older } from './filter.js';

const pageSize = 50;
const gradingsWithinMs = 3_000;

/** The latest submissions that match a filter, whoever graded them. */
export function submissionsPage(context: CommandContext): PageRoute {
  return {
    path: '/submissions',
    needs: 'guest',
    read: async ({ query }) => {
      const asked = askedFor(query);
      const graded = await gradedAsAsked(context, asked.grading);
      const filter = { ...asked.submission, ids: graded?.ids };
      const found = await createSubmissionSearch(context.database).find(filter, pageSize);
      const { gradings, unseen } = await gradingsFor(context, found);
      const rows = found.map((submission) => row(context, submission, gradings.get(submission.submissionId)));
      const last = found.at(-1);
      return {
        title: 'Submissions',
        body: html`${filterForm(query)}
${graded?.isCut === true && html`<p class="notice undone">There are more such gradings than were looked at: only the latest are searched.</p>`}
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
    html`<a href="/submissions?problem=${problemId}">${shortened(problemTitle, 80)}</a>`,
    html`<a href="/submissions?student=${studentId}">${studentId}</a>`,
    html`<a href="/submissions?class=${classId}">${classId}</a>`,
    language,
    verdict(status),
    score ?? '–',
    by,
  ];
}

/** @returns undefined where any will do. */
async function gradedAsAsked(
  { temporal }: CommandContext,
  { origin, failedStep }: GradingFilter,
): Promise<SubmissionsFound | undefined> {
  if (origin === undefined && failedStep === undefined) return undefined;
  return submissionsByGrading(temporal, { origin, failedStep });
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
