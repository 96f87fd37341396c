import type { Command } from 'commander';
import { Option } from 'commander';
import type { GradingStep } from '../../domain/grading/failure-type.js';
import { idRanges } from '../../domain/grading/id-ranges.js';
import { exitStatus } from '../../platform/process/exit-status.js';
import type { StuckWorkflow } from '../../platform/temporal/stuck-workflows.js';
import { stuckWorkflows } from '../../platform/temporal/stuck-workflows.js';
import { terminateStuck } from '../../platform/temporal/terminate-stuck.js';
import { confirm, yesOption } from '../../platform/terminal/confirm.js';
import { JsonOption, printJson } from '../../platform/terminal/json-answer.js';
import { say, tell } from '../../platform/terminal/print.js';
import { UsageError } from '../../platform/terminal/usage-error.js';
import { replayAnswer } from '../answers/submission-answers.js';
import { auditedCommand } from '../audited.js';
import { whyOption } from '../by-option.js';
import type { CommandContext } from '../context.js';
import { withContext } from '../context.js';
import { durationMs, idList, moment, positiveNumber, statusNamed, wholeNumber } from '../option-values.js';
import type { PlannedReplay, ReplaySelection } from '../replay/plan-replay.js';
import { planReplay, searchReplays } from '../replay/plan-replay.js';
import {
  countOutcomes,
  nothingFound,
  renderOutcomes,
  replayAsJson,
  sayPlan,
} from '../replay/render-replay.js';
import { runReplay } from '../replay/run-replay.js';

interface ReplayOptions {
  readonly status?: string;
  readonly failedStep?: GradingStep;
  readonly since?: string;
  readonly until?: string;
  readonly limit: string;
  readonly rate: string;
  readonly timeout: string;
  readonly wait: boolean;
  readonly terminate?: boolean;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly why?: string;
  readonly json?: boolean;
}

const examples = `
Examples:
  grader replay 17 18 19                          show what would run, ask, run it and wait for the verdicts
  grader replay 17 --yes                          the same, not asked
  grader replay --status "System Error" --since 2h --dry-run
  grader replay --failed-step notify --yes --rate 2
  grader replay 17 --terminate --yes              end a grading that is stuck, then go on from its history
  grader replay --since 2026-03-01T08:00Z --until 2026-03-01T09:30Z --dry-run --json

A replay continues at the step that failed if the work before it still holds; otherwise it begins at the start. It has
the lowest priority. Running and graded submissions are skipped.
--since and --until mean when the grading failed or, where Temporal knows none, when it was handed in.
Settings: DATABASE_URL, TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE.
Exit status 1: a replay failed again, or a submission that was named does not exist.`;

/** `grader replay`: continues failed gradings at the step that failed. */
export function addReplayCommand(program: Command): void {
  program
    .command('replay')
    .description('continue failed gradings at the step that failed; asks first')
    .argument('[ids...]', 'submissions, such as 17 18 19')
    .option('--status <status>', 'those the platform shows in this status, such as "System Error"')
    .addOption(new Option('--failed-step <step>', 'those whose grading failed there').choices(failedSteps))
    .option('--since <time>', 'failed since: how long ago (90m, 2d) or a time (2026-03-01T08:00Z)')
    .option('--until <time>', 'failed until')
    .option('--limit <count>', 'consider at most this many', '1000')
    .option(
      '--terminate',
      'first end gradings whose workflow task fails again and again; without ids, all of them',
    )
    .option('--dry-run', 'only show what would run')
    .option(...yesOption)
    .option('--rate <count>', 'starts per second', '5')
    .option('--timeout <duration>', 'wait this long for the verdicts', '10m')
    .option('--no-wait', 'do not wait for the verdicts')
    .addOption(whyOption())
    .addOption(new JsonOption(replayAnswer, 'print JSON; progress goes to standard error'))
    .addHelpText('after', examples)
    .action(async (ids: string[], options: ReplayOptions) => {
      const selection = selectionFrom(ids, options, new Date());
      const pace = {
        perSecond: positiveNumber('--rate', options.rate, 1_000),
        waitMs: options.wait ? durationMs('--timeout', options.timeout) : 0,
      };
      await withContext({ needs: 'platform' }, async (context) => {
        const chosen = await withoutStuck(context, selection, options);
        const plan = await shownPlan(context, chosen, options);
        if (selection.ids.length > 0 && plan.some(({ submission }) => submission === undefined)) {
          process.exitCode = exitStatus.notDone;
        }
        const replays = plan.filter((planned) => planned.decision.kind === 'replay');
        if (options.dryRun === true) {
          if (options.json === true) printJson(replayAnswer, replayAsJson(plan, undefined));
          else if (replays.length > 0) say('Nothing was started. To run it: the same without --dry-run');
          return;
        }
        if (replays.length > 0) await confirm(`Grade ${replays.length} submission(s) again?`, options.yes);
        const outcomes =
          replays.length === 0
            ? []
            : await auditedCommand(
                context,
                { what: 'replay', target: submissionsIn(replays), why: options.why },
                () => runReplay(context, replays, pace, progressLine()),
                countOutcomes,
              );
        if (options.json === true) printJson(replayAnswer, replayAsJson(plan, outcomes));
        else if (outcomes.length > 0) say(`\n${renderOutcomes(outcomes)}`);
        if (outcomes.some((outcome) => outcome.kind === 'failed')) process.exitCode = exitStatus.notDone;
      });
    });
}

function submissionsIn(replays: readonly PlannedReplay[]): string {
  return `submissions ${idRanges(replays.map(({ submissionId }) => submissionId))}`;
}

const failedSteps: readonly GradingStep[] = ['load', 'acquire', 'compile', 'run', 'record', 'notify'];

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
    ...(failedStep === undefined ? {} : { failedStep }),
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
  context: CommandContext,
  selection: ReplaySelection,
  { terminate, dryRun, yes, why }: ReplayOptions,
): Promise<ReplaySelection | undefined> {
  if (terminate !== true) return selection;
  const { temporal } = context;
  const isChosen = ({ submissionId }: StuckWorkflow) =>
    submissionId !== undefined && (selection.ids.length === 0 || selection.ids.includes(submissionId));
  const stuck = (await stuckWorkflows(temporal, selection.atMost)).filter(isChosen);
  for (const { workflowId, reason } of stuck)
    tell(`${workflowId} is stuck: its workflow task fails: ${reason}`);
  if (dryRun !== true && stuck.length > 0) {
    await confirm(`Terminate ${stuck.length} grading(s) that are stuck, to grade them again?`, yes);
    const target = stuck.map(({ workflowId }) => workflowId).join(' ');
    await auditedCommand(
      context,
      { what: 'replay --terminate', target, why },
      async () => {
        for (const each of stuck) await terminateStuck(temporal, each);
      },
      () => `${stuck.length} terminated`,
    );
  }
  if (selection.ids.length > 0) return selection;
  if (stuck.length === 0) return undefined;
  return { ...selection, ids: stuck.flatMap(({ submissionId }) => submissionId ?? []) };
}

/** @returns what is planned, which a person has then seen. */
async function shownPlan(
  context: CommandContext,
  selection: ReplaySelection | undefined,
  { json }: ReplayOptions,
): Promise<readonly PlannedReplay[]> {
  if (json === true) return selection === undefined ? [] : planReplay(context, selection);
  if (selection !== undefined) return sayPlan(await searchReplays(context, selection), say);
  say(nothingFound);
  return [];
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
