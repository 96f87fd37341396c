import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import pMap from 'p-map';
import { errorText } from '../../domain/errors/error-text.js';
import type { SweepState } from '../../domain/grading/stranded-submission.js';
import { sweepStates } from '../../domain/grading/stranded-submission.js';
import { queueDepth } from '../../platform/amqp/queue-depth.js';
import type { ListedSubmission } from '../../platform/postgres/submission-list.js';
import { exitStatus } from '../../platform/process/exit-status.js';
import { latestGrading } from '../../platform/temporal/latest-grading.js';
import { printJson, say } from '../../platform/terminal/print.js';
import { renderTable } from '../../platform/terminal/table.js';
import { cutLine } from '../../platform/terminal/text-width.js';
import type { CommandContext } from '../context.js';
import { withContext } from '../context.js';
import { durationMs, wholeNumber } from '../option-values.js';

interface SweepOptions {
  readonly olderThan: string;
  readonly limit: string;
  readonly start?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

interface Sweep {
  readonly depth: number | undefined;
  readonly found: readonly { readonly submission: ListedSubmission; readonly state: SweepState }[];
}

const examples = `
Examples:
  grader sweep                       what is Pending for more than 15 minutes, and why
  grader sweep --older-than 2h --json
  grader sweep --start               start a grading for each stranded one, such as from cron

A submission is stranded when the platform shows no verdict, no grading of it runs or failed, and its message cannot
be on the queue any more. The number of ready messages says whether a message can be: a queue is first in,
first out, so they belong to the latest submissions. Starting one whose message is there after all is harmless.
Settings: DATABASE_URL, TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, RABBITMQ_HOST or AMQP_URL, RABBITMQ_QUEUE.
Exit status 3: stranded submissions were found and not started.`;

/** `grader sweep`: finds stranded submissions. */
export function addSweepCommand(program: Command): void {
  program
    .command('sweep')
    .description('find submissions that are Pending for long with neither message nor grading')
    .option('--older-than <duration>', 'handed in longer ago than this', '15m')
    .option('--limit <count>', 'look at this many at most', '5000')
    .option('--start', 'start a grading for each stranded one; asks first on a terminal')
    .option('--yes', 'start without asking')
    .option('--json', 'print JSON')
    .addHelpText('after', examples)
    .action(async (options: SweepOptions) => {
      const olderThanMs = durationMs('--older-than', options.olderThan);
      const limit = wholeNumber('--limit', options.limit, 1, 1_000_000);
      await withContext({ needs: 'platform' }, async (context) => {
        const sweep = await look(context, olderThanMs, limit);
        const stranded = sweep.found
          .filter(({ state }) => state === 'stranded')
          .map((each) => each.submission);
        const isWanted = options.start === true && (await isAgreed(context, sweep, stranded.length, options));
        const started = isWanted ? await startAll(context, stranded) : [];
        if (options.json === true) printJson(asJson(sweep, started));
        else say(rendered(sweep, started));
        if (!isWanted && stranded.length > 0) process.exitCode = exitStatus.conditionNotMet;
      });
    });
}

/** Whoever sits at a terminal sees first what would be started, and where; cron is not asked. */
async function isAgreed(
  { settings }: CommandContext,
  sweep: Sweep,
  count: number,
  { yes, json }: SweepOptions,
): Promise<boolean> {
  if (count === 0 || yes === true || json === true || !process.stdin.isTTY) return true;
  process.stdout.write(`${rendered(sweep, [])}\n`);
  const { namespace, address } = settings.temporal;
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question(
    `Start ${count} grading(s) of the database ${settings.databaseUrl.toString()} in namespace ${namespace} at ${address}? [y/N] `,
  );
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}

async function look(context: CommandContext, olderThanMs: number, limit: number): Promise<Sweep> {
  const depth = await depthOrUnknown(context);
  const ungraded = await context.submissions.ungraded(limit);
  const known = await pMap(
    ungraded,
    async (submission) => ({
      ...submission,
      ...(await latestGrading(context.temporal, submission.submissionId)),
    }),
    { concurrency: 8 },
  );
  const found = sweepStates(known, depth, new Date(Date.now() - olderThanMs));
  // A grading that ended while we looked has notified by now.
  const ids = found.filter(({ state }) => state === 'stranded').map((each) => each.submission.submissionId);
  const now = new Map((await context.submissions.byIds(ids)).map((row) => [row.submissionId, row.status]));
  const isUngraded = (id: number) => ['Pending', 'Running'].includes(now.get(id) ?? '');
  return {
    depth,
    found: found.filter((each) => each.state !== 'stranded' || isUngraded(each.submission.submissionId)),
  };
}

async function depthOrUnknown({ settings, log }: CommandContext): Promise<number | undefined> {
  try {
    return await queueDepth(settings.amqpUrl, settings.queue);
  } catch (error) {
    log.warn({ reason: errorText(error) }, 'the broker does not answer, so nothing counts as stranded');
    return undefined;
  }
}

async function startAll(
  { starter }: CommandContext,
  stranded: readonly ListedSubmission[],
): Promise<number[]> {
  for (const header of stranded) {
    await starter.startGrading({ submissionId: header.submissionId, origin: 'cli', header });
  }
  return stranded.map((submission) => submission.submissionId);
}

function rendered({ depth, found }: Sweep, started: readonly number[]): string {
  const shown = found.filter(({ state }) => !quiet.includes(state));
  const rows = shown.map(({ submission, state }) => [
    submission.submissionId,
    submission.submittedAt?.toISOString().replace('.000', '') ?? '–',
    cutLine(submission.problemTitle, 30),
    started.includes(submission.submissionId) ? 'stranded; started' : state,
    advice(state, submission.submissionId, started),
  ]);
  const count = (state: SweepState) => found.filter((each) => each.state === state).length;
  const counts = `${count('stranded')} stranded, ${count('failed')} failed, ${count('cancelled')} cancelled, ${count('maybe-queued')} maybe still queued, ${count('running')} being graded, ${count('graded-soon')} too young to tell.`;
  const queue = depth === undefined ? 'The broker did not answer.' : `${depth} messages wait on the queue.`;
  const table =
    rows.length === 0 ? [] : [renderTable(['submission', 'handed in', 'problem', 'state', 'next'], rows)];
  return [...table, `${counts} ${queue}`].join('\n');
}

/** Not worth a line each. */
const quiet: readonly SweepState[] = ['running', 'graded-soon'];

function advice(state: SweepState, submissionId: number, started: readonly number[]): string {
  if (state === 'failed' || state === 'cancelled') return `grader replay ${submissionId}`;
  return state === 'stranded' && !started.includes(submissionId) ? 'grader sweep --start' : '';
}

/** For programs; the names are stable. */
function asJson({ depth, found }: Sweep, started: readonly number[]): object {
  const submissions = found.map(({ submission, state }) => ({
    submission_id: submission.submissionId,
    status: submission.status,
    submitted_at: submission.submittedAt?.toISOString() ?? null,
    state,
    started: started.includes(submission.submissionId),
  }));
  return { queue_depth: depth ?? null, submissions };
}
