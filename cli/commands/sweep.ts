import type { Command } from 'commander';
import { idRanges } from '../../domain/grading/id-ranges.js';
import type { SweepState } from '../../domain/grading/stranded-submission.js';
import { missedAfterMs, needsStart } from '../../domain/grading/stranded-submission.js';
import type { ListedSubmission } from '../../platform/postgres/submission-list.js';
import { exitStatus } from '../../platform/process/exit-status.js';
import { startSwept } from '../../platform/start-swept.js';
import type { SweepRange } from '../../platform/sweep.js';
import { sweep } from '../../platform/sweep.js';
import { confirm, yesOption } from '../../platform/terminal/confirm.js';
import { JsonOption } from '../../platform/terminal/json-answer.js';
import { tell } from '../../platform/terminal/print.js';
import { UsageError } from '../../platform/terminal/usage-error.js';
import { waitingMessages } from '../../platform/waiting-messages.js';
import { sweepAnswer } from '../answers/submission-answers.js';
import { auditedCommand } from '../audited.js';
import { whyOption } from '../by-option.js';
import type { CommandContext } from '../context.js';
import { withContext } from '../context.js';
import { durationMs, wholeNumber } from '../option-values.js';
import type { SweepPrinter } from '../sweep/sweep-printer.js';
import { jsonPrinter, tablePrinter } from '../sweep/sweep-printer.js';

interface SweepOptions {
  readonly olderThan: string;
  readonly limit?: string;
  readonly start?: boolean;
  readonly yes?: boolean;
  readonly why?: string;
  readonly json?: boolean;
}

const examples = `
Examples:
  grader sweep                       what is Pending for more than 15 minutes, and why; what the backend was not told
  grader sweep --older-than 2h --json
  grader sweep --start               shows what it would start, and asks
  grader sweep --start --yes         such as from cron

A submission is stranded when the platform shows no verdict, no grading of it runs or failed, and its message cannot
be on a queue any more. The number of ready messages says whether a message can be: a queue is first in,
first out, so they belong to the latest submissions. Starting one whose message is there after all is harmless.
One is untold when its verdict is recorded, the backend has not written it since, and no grading is left that would tell it:
Temporal lost its database, or the grading was terminated. It is graded once more.
Counted are the messages on RABBITMQ_QUEUE, on LEGACY_QUEUE, and on the queues that the latest gradings came from.
Only submissions of the database that the namespace belongs to are looked at.
Settings: DATABASE_URL, TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, RABBITMQ_HOST or AMQP_URL, RABBITMQ_QUEUE, LEGACY_QUEUE,
LEGACY_AMQP_URL. Workers sweep by themselves, too: SWEEP, SWEEP_EVERY.
Exit status 3: submissions that need a start were found and not started.`;

/** `grader sweep`: finds submissions that nobody would tell of. */
export function addSweepCommand(program: Command): void {
  program
    .command('sweep')
    .description('find submissions that wait for nothing, and verdicts that the backend was not told')
    .option('--older-than <duration>', 'handed in longer ago than this', `${missedAfterMs / 60_000}m`)
    .option('--limit <count>', 'look at the latest so many without a verdict; default: all')
    .option('--start', 'start a grading for each that needs one; shows them and asks first')
    .option(...yesOption)
    .addOption(whyOption())
    .addOption(new JsonOption(sweepAnswer))
    .addHelpText('after', examples)
    .action(async (given: SweepOptions) => {
      const { olderThan, limit, start, yes, why, json } = given;
      const olderThanMs = durationMs('--older-than', olderThan);
      const atMost = limit === undefined ? undefined : wholeNumber('--limit', limit, 1, 1_000_000);
      assertAnswerable(given);
      await withContext({ needs: 'platform' }, async (context) => {
        const messagesWaiting = await waitingMessages(context);
        const printer = json === true ? jsonPrinter(messagesWaiting) : tablePrinter(messagesWaiting);
        const options = { olderThanMs, messagesWaiting, atMost };
        const isAgreedBefore = start === true && yes === true;
        const startFound = (found: readonly ListedSubmission[]) => startAudited(context, found, why);
        const looked = await look(context, printer, options, isAgreedBefore ? startFound : undefined);
        const isAgreedNow = start === true && !isAgreedBefore && (await isAgreed(context, looked));
        if (isAgreedNow) await startFound(looked.toStart);
        const started = isAgreedBefore || isAgreedNow ? looked.needing : 0;
        printer.end(started);
        if (started < looked.needing) process.exitCode = exitStatus.conditionNotMet;
      });
    });
}

/** Before anything is looked at: nobody can be asked. */
function assertAnswerable({ start, yes, json }: SweepOptions): void {
  if (start !== true || yes === true) return;
  if (process.stdin.isTTY && json !== true) return;
  throw new UsageError(
    'sweep --start asks before it starts anything, and there is no terminal to ask at. Look first with: grader sweep; then: grader sweep --start --yes',
  );
}

interface Looked {
  /** Those that need a start. */
  readonly needing: number;
  /** They, where it is asked first: what is shown is what is started. */
  readonly toStart: readonly ListedSubmission[];
}

const progressEvery = 2_000;

async function look(
  context: CommandContext,
  printer: SweepPrinter,
  options: SweepRange,
  start: ((found: readonly ListedSubmission[]) => Promise<unknown>) | undefined,
): Promise<Looked> {
  const toStart: ListedSubmission[] = [];
  const counts: Partial<Record<SweepState, number>> = {};
  let needing = 0;
  let told = 0;
  const onProgress = (lookedAt: number): void => {
    if (lookedAt - told < progressEvery) return;
    told = lookedAt;
    tell(`${lookedAt} submissions looked at …`);
  };
  for await (const page of sweep(context, { ...options, onProgress })) {
    for (const { state } of page) counts[state] = (counts[state] ?? 0) + 1;
    const found = page.filter(({ state }) => needsStart(state)).map(({ submission }) => submission);
    needing += found.length;
    if (start === undefined) toStart.push(...found);
    else if (found.length > 0) await start(found);
    printer.page(page, start !== undefined);
  }
  printer.counts(counts);
  return { needing, toStart };
}

function startAudited(
  context: CommandContext,
  found: readonly ListedSubmission[],
  why: string | undefined,
): Promise<number> {
  const target = `submissions ${idRanges(found.map(({ submissionId }) => submissionId))}`;
  return auditedCommand(
    context,
    { what: 'sweep --start', target, why },
    () => startSwept(context.starter, found),
    (started) => `${started} started`,
  );
}

/** @throws ActionableError when the answer is no. */
async function isAgreed({ settings }: CommandContext, { toStart }: Looked): Promise<boolean> {
  if (toStart.length === 0) return false;
  const { namespace, address } = settings.temporal;
  await confirm(
    `Start ${toStart.length} grading(s) of the database ${settings.databaseUrl.toString()} in namespace ${namespace} at ${address}?`,
    false,
  );
  return true;
}
