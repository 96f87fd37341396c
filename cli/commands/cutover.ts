import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { describeSetting } from '../../domain/cutover/bridge-control.js';
import type { CutoverPlan } from '../../domain/cutover/cutover-plan.js';
import type { CutoverStatus, CutoverVerb } from '../../domain/cutover/cutover-run.js';
import {
  hasEnded,
  holdProgress,
  nextCutoverCommand,
  renderCutover,
} from '../../domain/cutover/render-cutover.js';
import { errorText } from '../../domain/errors/error-text.js';
import { cleanLine } from '../../platform/terminal/clean-text.js';
import { sayItGoesOn } from '../../platform/terminal/interrupt.js';
import { JsonOption, printJson } from '../../platform/terminal/json-answer.js';
import { say, startScreen } from '../../platform/terminal/print.js';
import { fitTerminal } from '../../platform/terminal/text-width.js';
import { cutoverHistoryAnswer, cutoverPlanAnswer, cutoverStatusAnswer } from '../answers/cutover-answers.js';
import { auditedCommand } from '../audited.js';
import { askBridges, describeObedience, isConfirmed } from '../bridges/change-and-confirm.js';
import { renderBridges, renderLedger } from '../bridges/render-bridges.js';
import { answerOf, askWhatHolds } from '../bridges/what-holds.js';
import { byOption } from '../by-option.js';
import type { CommandContext } from '../context.js';
import { withContext } from '../context.js';
import { abortCutover, orderCutover, readCutover, startCutover } from '../cutover-plan/cutover-orders.js';
import { forecastPlan } from '../cutover-plan/forecast-plan.js';
import { loadPlan } from '../cutover-plan/load-plan.js';
import { planAnswer, renderPlan } from '../cutover-plan/render-plan.js';

interface Options {
  readonly queue?: string;
  readonly by?: string;
  readonly why: string;
  readonly full?: boolean;
  readonly force?: boolean;
  readonly watch?: boolean;
  readonly json?: boolean;
}

/** `grader cutover`: moves the queue's share by a plan with gates, and takes it back. */
export function addCutoverCommand(program: Command): void {
  const cutover = program
    .command('cutover')
    .description('move a share of the submissions here by a plan, and take it back');
  cutover
    .command('plan')
    .description('check a plan as a whole and print it; nothing is moved')
    .argument('<file>', 'YAML; samples in docs/cutover-plans/')
    .addOption(new JsonOption(cutoverPlanAnswer))
    .action((file: string, { json }: Options) => {
      const plan = loadPlan(file);
      return withContext({ isQuiet: true }, async (context) => {
        const forecast = await forecastPlan(context, plan);
        if (json === true) printJson(cutoverPlanAnswer, planAnswer(plan, forecast));
        else say(renderPlan(plan, forecast));
      });
    });
  withActor(
    cutover
      .command('start')
      .description('check a plan and begin with its first step')
      .argument('<file>')
      .option('--force', 'although nobody consumes the legacy workers’ queue, and a step has mode router'),
  ).action((file: string, options: Options) =>
    withContext({ queue: options.queue }, (context) => start(context, loadPlan(file), options)),
  );
  cutover
    .command('status')
    .description('desired and observed share, gates, what is waited for, and the next command')
    .option('--queue <name>', 'default: RABBITMQ_QUEUE')
    .option('--watch', 'print it again every two seconds until it ends')
    .addOption(new JsonOption(cutoverStatusAnswer, 'print JSON; with --watch, a line each time'))
    .action((options: Options) =>
      withContext({ queue: options.queue }, (context) => showStatus(context, options)),
    );
  for (const [verb, description] of [
    ['pause', 'keep the share and check no gates'],
    ['resume', 'begin the current step again'],
    ['promote', 'go to the next step without waiting'],
  ] as const) {
    const command = withActor(cutover.command(verb).description(description));
    if (verb === 'promote') command.option('--full', 'to the last step at once');
    command.action((options: Options) =>
      withContext({ queue: options.queue }, (context) => order(context, verb, options)),
    );
  }
  withQueueAndActor(
    cutover.command('abort').description('take everything back at once; asks nothing, and needs no worker'),
  )
    .option('--why <text>', 'reason, kept in the history', 'abort')
    .action((options: Options) =>
      withContext({ queue: options.queue }, (context) => abort(context, options)),
    );
  cutover
    .command('history')
    .description('every change with who, when, why and the evidence')
    .option('--queue <name>', 'default: RABBITMQ_QUEUE')
    .addOption(new JsonOption(cutoverHistoryAnswer))
    .action((options: Options) =>
      withContext({ queue: options.queue }, (context) => showHistory(context, options.json === true)),
    );
}

function withQueueAndActor(command: Command): Command {
  return command.option('--queue <name>', 'default: RABBITMQ_QUEUE').addOption(byOption());
}

function withActor(command: Command): Command {
  return withQueueAndActor(command).requiredOption('--why <text>', 'reason, kept in the history');
}

async function start(context: CommandContext, plan: CutoverPlan, options: Options): Promise<void> {
  const { by = context.settings.operator, why } = options;
  await auditedCommand(
    context,
    { what: 'cutover start', target: `${context.settings.queue} by plan ${plan.name}`, why, by },
    () => startCutover(context, plan, { ...options, by }),
    () => 'has begun',
  );
  say(
    `cutover of ${context.settings.queue} by plan ${plan.name} has begun\nNext: grader cutover status --watch`,
  );
}

async function showStatus(context: CommandContext, { watch, json }: Options): Promise<void> {
  if (watch === true) sayItGoesOn('The cutover', 'grader cutover abort');
  for (;;) {
    const [found, asked] = await Promise.all([
      readCutover(context).then(
        (status) => ({ status, error: undefined }),
        (error: unknown) => ({ status: null, error }),
      ),
      askWhatHolds(context),
    ]);
    if (json === true) {
      const { status, error } = found;
      const reason = error === undefined ? null : errorText(error);
      // A program wants an answer, too, when nothing runs.
      const answer = { status, reason, ...answerOf(context, asked) };
      printJson(cutoverStatusAnswer, answer, watch === true ? 0 : 2);
    }
    if (found.status === null) throw found.error;
    const { status } = found;
    if (json !== true) {
      if (watch === true) startScreen(context.platform);
      const bridges = renderBridges(asked.control, asked.answers, context.settings.queue);
      say(
        fitTerminal(
          `${renderCutover(status)}${renderHold(status)}\n\n${bridges}\nNext: ${nextCutoverCommand(status)}`,
        ),
      );
    }
    if (watch !== true || hasEnded(status)) return;
    await sleep(2_000);
  }
}

const barWidth = 20;

/** In the terminal alone: the web UI's page changes with the plan, not with the time. */
function renderHold(status: CutoverStatus): string {
  const hold = holdProgress(status, new Date());
  if (hold === undefined) return '';
  const done = Math.round(hold.part * barWidth);
  return `\nhold: ${'█'.repeat(done)}${'░'.repeat(barWidth - done)} ${hold.left}`;
}

async function order(context: CommandContext, verb: CutoverVerb, options: Options): Promise<void> {
  const { by = context.settings.operator, why, full } = options;
  await auditedCommand(
    context,
    { what: `cutover ${verb}${full === true ? ' --full' : ''}`, target: context.settings.queue, why, by },
    () => orderCutover(context, verb, { ...options, by }),
    () => 'sent to the plan',
  );
  say(`${verb}: sent to the cutover of ${context.settings.queue}\nNext: grader cutover status`);
}

async function abort(context: CommandContext, options: Options): Promise<void> {
  const { changed, untold } = await abortCutover(context, { by: context.settings.operator, ...options });
  say(`${context.settings.queue}: ${describeSetting(changed.control)}; ${describeObedience(changed)}`);
  if (!isConfirmed(changed)) process.exitCode = 1;
  if (untold !== undefined) throw untold;
  if (changed.unavailableReason === undefined) say(renderLedger(await settledReports(context)));
  say('Gradings that have begun finish here.\nNext: grader drain ours, to hand back those that have not');
}

/** Messages in flight settle within moments; the books are printed then. */
async function settledReports(context: CommandContext) {
  for (let round = 0; ; round += 1) {
    const { reports } = await askBridges(context);
    if (round >= 5 || reports.every(({ inFlight }) => inFlight === 0)) return reports;
  }
}

async function showHistory(context: CommandContext, asJson: boolean): Promise<void> {
  const controls = await context.control.history(200);
  const status = await readCutover(context).catch(() => undefined);
  if (asJson)
    return printJson(cutoverHistoryAnswer, {
      queue: context.settings.queue,
      controls,
      events: status?.events ?? [],
    });
  const { queue } = context.settings;
  say(
    controls.length === 0 ? `Nobody has set a mode of ${queue} yet.` : `settings of the bridges of ${queue}:`,
  );
  for (const { version, at, by, why, evidence = [], ...setting } of controls.toReversed()) {
    say(`  ${at}  v${version}  ${describeSetting(setting)}  by ${cleanLine(by)}: ${cleanLine(why)}`);
    for (const line of evidence) say(`      ${cleanLine(line)}`);
  }
  if (!status) return;
  say(`\nthe cutover by plan ${status.plan.name} (${status.phase}):`);
  for (const { at, by, what, why, evidence } of status.events) {
    say(`  ${at}  ${what}  by ${cleanLine(by)}: ${cleanLine(why)}`);
    for (const line of evidence) say(`      ${cleanLine(line)}`);
  }
}
