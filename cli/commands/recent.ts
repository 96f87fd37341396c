import type { Command } from 'commander';
import { gradeWorkflowId } from '../../domain/grading/grading-workflow.js';
import type { ListedSubmission } from '../../platform/postgres/submission-list.js';
import type { GradingSummary } from '../../platform/temporal/known-gradings.js';
import { gradingSummaries } from '../../platform/temporal/known-gradings.js';
import { JsonOption, printJson } from '../../platform/terminal/json-answer.js';
import { momentText } from '../../platform/terminal/moment.js';
import { say } from '../../platform/terminal/print.js';
import type { Cell } from '../../platform/terminal/table.js';
import { renderTable } from '../../platform/terminal/table.js';
import { cutLine } from '../../platform/terminal/text-width.js';
import { recentAnswer } from '../answers/submission-answers.js';
import { withContext } from '../context.js';
import { wholeNumber } from '../option-values.js';
import { workflowLink } from '../workflow-link.js';

const examples = `
Examples:
  grader recent
  grader recent --limit 5 --json

"graded by" is "ours" where Temporal knows a grading of the submission. Otherwise another worker graded it, it still
waits, or it is older than the namespace's retention.
Settings: DATABASE_URL, TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_UI_URL.`;

/** `grader recent`: the latest submissions of the platform, and who graded them. */
export function addRecentCommand(program: Command): void {
  program
    .command('recent')
    .description('the latest submissions, and who graded them')
    .option('--limit <count>', 'how many', '20')
    .addOption(new JsonOption(recentAnswer))
    .addHelpText('after', examples)
    .action(async (options: { limit: string; json?: boolean }) => {
      const limit = wholeNumber('--limit', options.limit, 1, 10_000);
      await withContext({ needs: 'platform' }, async ({ submissions, temporal, settings }) => {
        const latest = await submissions.latest(limit);
        const gradings = await gradingSummaries(
          temporal,
          latest.map(({ submissionId }) => submissionId),
        );
        const rows = latest.map((submission) => ({
          submission,
          grading: gradings.get(submission.submissionId),
        }));
        const link = ({ submissionId }: ListedSubmission) =>
          workflowLink(settings.temporal, gradeWorkflowId(submissionId));
        if (options.json === true) {
          printJson(recentAnswer, {
            submissions: rows.map(({ submission, grading }) => asJson(submission, grading, link(submission))),
          });
        } else if (rows.length === 0) say('There is no submission.');
        else
          say(
            renderTable(
              head,
              rows.map(({ submission, grading }) => row(submission, grading)),
            ),
          );
      });
    });
}

const head = ['submission', 'handed in', 'problem', 'language', 'status', 'score', 'graded by'];

function row(submission: ListedSubmission, grading: GradingSummary | undefined): readonly Cell[] {
  return [
    submission.submissionId,
    momentText(submission.submittedAt ?? ''),
    cutLine(submission.problemTitle, 30),
    submission.language,
    submission.status,
    submission.score ?? '–',
    gradedBy(grading),
  ];
}

function gradedBy(grading: GradingSummary | undefined): string {
  if (grading === undefined) return 'not ours';
  const took = grading.tookMs === undefined ? '' : ` in ${(grading.tookMs / 1000).toFixed(2)} s`;
  return `ours, ${grading.state}${took}`;
}

function asJson(submission: ListedSubmission, grading: GradingSummary | undefined, link: string) {
  return {
    submissionId: submission.submissionId,
    submittedAt: submission.submittedAt,
    problem: submission.problemTitle,
    language: submission.language,
    status: submission.status,
    score: submission.score,
    grading: grading === undefined ? null : { ...grading, tookMs: grading.tookMs ?? null, link },
  };
}
