import type { Command } from 'commander';
import type { GradingStep } from '../../domain/grading/failure-type.js';
import type { StuckWorkflow } from '../../platform/temporal/stuck-workflows.js';
import { stuckWorkflows } from '../../platform/temporal/stuck-workflows.js';
import { terminateStuck } from '../../platform/temporal/terminate-stuck.js';
import { printJson, say, tell } from '../../platform/terminal/print.js';
import { UsageError } from '../../platform/terminal/usage-error.js';
import type { CommandContext } from '../context.js';
import { withContext } from '../context.js';
import {
  durationMs,
  idList,
  moment,
  oneOf,
  positiveNumber,
  statusNamed,
  wholeNumber,
} from '../option-values.js';
import type { PlannedReplay, ReplaySelection } from '../replay/plan-replay.js';
import { planReplay } from '../replay/plan-replay.js';
import { renderOutcomes, renderPlan, replayAsJson } from '../replay/render-replay.js';
import { runReplay } from '../replay/run-replay.js';

interface ReplayOptions {
  readonly status?: string;
  readonly failedStep?: string;
  readonly since?: string;
  readonly until?: string;
  readonly limit: string;
  readonly rate: string;
  readonly timeout: string;
  readonly wait: boolean;
  readonly terminate?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

const examples = `
Examples:
  grader replay 17 18 19                          what would run, for three submissions
  grader replay 17 --yes                          run it and wait for the verdict
  grader replay --status "System Error" --since 2h
  grader replay --failed-step notify --yes --rate 2
  grader replay 17 --terminate --yes              end a grading that is stuck, then go on from its history
  grader replay --since 2026-03-01T08:00Z --until 2026-03-01T09:30Z --json

Nothing is started without --yes. A replay goes on from the step that failed where the work before it still
holds: results at hand are recorded and sent again, finished tests are kept; else it begins at the start. It runs
at the lowest priority. Running and graded submissions are skipped, so asking twice is harmless.
--since and --until are about when a grading failed or, where Temporal knows none, when it was handed in.
Settings: DATABASE_URL, TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE (environment or .env).
Exit status 1: a replay failed again.`;

/** `grader replay`: continues failed gradings at the step that failed. */
export function addReplayCommand(program: Command): void {
  program
    .command('replay')
    .description('grade failed submissions again, from the step that failed; shows what would run')
    .argument('[ids...]', 'submissions, such as 17 18 19')
    .option('--status <status>', 'those the platform shows in this status, such as "System Error"')
    .option('--failed-step <step>', `those whose grading failed at: ${failedSteps.join(', ')}`)
    .option('--since <time>', 'failed since: how long ago (90m, 2d) or a time (2026-03-01T08:00Z)')
    .option('--until <time>', 'failed until')
    .option('--limit <count>', 'look at this many at most', '1000')
    .option(
      '--terminate',
      'first end gradings whose workflow task fails again and again; without ids, all of them',
    )
    .option('--yes', 'run them')
    .option('--rate <count>', 'starts per second', '5')
    .option('--timeout <duration>', 'wait this long for the verdicts', '10m')
    .option('--no-wait', 'do not wait for the verdicts')
    .option('--json', 'print JSON; progress goes to standard error')
    .addHelpText('after', examples)
    .action(async (ids: string[], options: ReplayOptions) => {
      const selection = selectionFrom(ids, options, new Date());
      const pace = {
        perSecond: positiveNumber('--rate', options.rate, 1_000),
        waitMs: options.wait ? durationMs('--timeout', options.timeout) : 0,
      };
      await withContext({ needs: 'platform' }, async (context) => {
        const chosen = await withoutStuck(context, selection, options);
        const plan = chosen === undefined ? [] : await planReplay(context, chosen);
        const replays = plan.filter((planned) => planned.decision.kind === 'replay');
        if (options.yes !== true) {
          if (options.json === true) printJson(replayAsJson(plan, undefined));
          else say(planText(plan));
          return;
        }
        if (options.json !== true) say(plan.length === 0 ? nothingFound : renderPlan(plan));
        const outcomes = await runReplay(context, replays, pace, progressLine());
        if (options.json === true) printJson(replayAsJson(plan, outcomes));
        else if (outcomes.length > 0) say(`\n${renderOutcomes(outcomes)}`);
        if (outcomes.some((outcome) => outcome.kind === 'failed')) process.exitCode = 1;
      });
    });
}

const failedSteps: readonly GradingStep[] = ['load', 'acquire', 'compile', 'run', 'record', 'notify'];
const nothingFound = 'No such submission or failed grading was found.';

function selectionFrom(words: readonly string[], options: ReplayOptions, now: Date): ReplaySelection {
  const submissions = idList('replay', words);
  const { status, failedStep, since, until } = options;
  const isEmpty = [status, failedStep, since, until].every((option) => option === undefined);
  if (submissions.length === 0 && isEmpty && options.terminate !== true) {
    throw new UsageError(
      'Say which submissions: ids, --status, --failed-step, --since or --until. For example: grader replay --status "System Error" --since 2h',
    );
  }
  return {
    ids: submissions,
    ...(status === undefined ? {} : { status: statusNamed(status) }),
    ...(failedStep === undefined ? {} : { failedStep: oneOf('--failed-step', failedSteps, failedStep) }),
    ...(since === undefined ? {} : { since: moment('--since', since, now) }),
    ...(until === undefined ? {} : { until: moment('--until', until, now) }),
    atMost: wholeNumber('--limit', options.limit, 1, 1_000_000),
  };
}

/**
 * With --terminate, what is stuck is ended first: a running grading is not replayed.
 * @returns undefined where none is stuck and no ids were given.
 */
async function withoutStuck(
  { temporal }: CommandContext,
  selection: ReplaySelection,
  { terminate, yes }: ReplayOptions,
): Promise<ReplaySelection | undefined> {
  if (terminate !== true) return selection;
  const isChosen = ({ submissionId }: StuckWorkflow) =>
    submissionId !== undefined && (selection.ids.length === 0 || selection.ids.includes(submissionId));
  const stuck = (await stuckWorkflows(temporal, selection.atMost)).filter(isChosen);
  for (const each of stuck) {
    if (yes === true) await terminateStuck(temporal, each);
    const fate = yes === true ? 'terminated' : 'stuck; with --yes it is terminated and graded';
    tell(`${each.workflowId}: ${fate}. Its workflow task fails: ${each.reason}`);
  }
  if (selection.ids.length > 0) return selection;
  if (stuck.length === 0) return undefined;
  return { ...selection, ids: stuck.flatMap(({ submissionId }) => submissionId ?? []) };
}

function planText(plan: readonly PlannedReplay[]): string {
  if (plan.length === 0) return nothingFound;
  const isAny = plan.some((planned) => planned.decision.kind === 'replay');
  const next = isAny ? '\nNothing was started. To run it, repeat the command with --yes.' : '';
  return `${renderPlan(plan)}${next}`;
}

/** Overwrites one line on a terminal; elsewhere prints a line now and then. */
function progressLine(): (progress: { total: number; started: number; ended: number }) => void {
  let saidAt = 0;
  return ({ total, started, ended }) => {
    const isLast = ended === total;
    const text = `${started} of ${total} started, ${ended} ended`;
    if (process.stderr.isTTY) process.stderr.write(`\r${text}${isLast ? '\n' : ''}`);
    else if (isLast || performance.now() - saidAt > 5000) {
      tell(text);
      saidAt = performance.now();
    }
  };
}
