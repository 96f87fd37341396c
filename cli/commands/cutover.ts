import { setTimeout as sleep } from 'node:timers/promises';
import { WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/client';
import type { Command } from 'commander';
import { describeSetting } from '../../domain/cutover/bridge-control.js';
import { describeGate } from '../../domain/cutover/cutover-gates.js';
import type { CutoverPlan } from '../../domain/cutover/cutover-plan.js';
import type {
  CutoverInput,
  CutoverOrder,
  CutoverStatus,
  CutoverVerb,
} from '../../domain/cutover/cutover-run.js';
import { cutoverStatusQuery, cutoverType, cutoverWorkflowId } from '../../domain/cutover/cutover-run.js';
import { holdText, nextCutoverCommand, renderCutover } from '../../domain/cutover/render-cutover.js';
import { errorText } from '../../domain/errors/error-text.js';
import { gradingQueue } from '../../domain/grading/grading-workflow.js';
import { printJson, say } from '../../platform/terminal/print.js';
import { UsageError } from '../../platform/terminal/usage-error.js';
import { bridgeReports, changeAndConfirm } from '../bridges/change-and-confirm.js';
import type { Platform } from '../bridges/open-platform.js';
import { byOption, withPlatform } from '../bridges/open-platform.js';
import { renderBridges, renderLedger } from '../bridges/render-bridges.js';
import { loadPlan } from '../cutover-plan/load-plan.js';

interface Options {
  readonly queue?: string;
  readonly by: string;
  readonly why: string;
  readonly full?: boolean;
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
    .option('--json', 'print JSON')
    .action((file: string, { json }: Options) => {
      const plan = loadPlan(file);
      if (json === true) printJson(plan);
      else say(renderPlan(plan));
    });
  withActor(
    cutover.command('start').description('check a plan and begin with its first step').argument('<file>'),
  ).action((file: string, options: Options) =>
    withPlatform(options.queue, (platform) => start(platform, loadPlan(file), options)),
  );
  cutover
    .command('status')
    .description('desired and observed share, gates, what is waited for, and the next command')
    .option('--queue <name>', 'default: RABBITMQ_QUEUE')
    .option('--watch', 'print it again every two seconds until it ends')
    .option('--json', 'print JSON; with --watch, a line each time')
    .action((options: Options) => withPlatform(options.queue, (platform) => showStatus(platform, options)));
  for (const [verb, description] of [
    ['pause', 'keep the share and look at nothing'],
    ['resume', 'begin the current step again'],
    ['promote', 'go to the next step without waiting'],
  ] as const) {
    const command = withActor(cutover.command(verb).description(description));
    if (verb === 'promote') command.option('--full', 'to the last step at once');
    command.action((options: Options) =>
      withPlatform(options.queue, (platform) => order(platform, verb, options)),
    );
  }
  withActor(cutover.command('abort').description('take everything back at once; needs no worker')).action(
    (options: Options) => withPlatform(options.queue, (platform) => abort(platform, options)),
  );
  cutover
    .command('history')
    .description('every change with who, when, why and the evidence')
    .option('--queue <name>', 'default: RABBITMQ_QUEUE')
    .option('--json', 'print JSON')
    .action((options: Options) =>
      withPlatform(options.queue, (platform) => showHistory(platform, options.json === true)),
    );
}

function withActor(command: Command): Command {
  return command
    .option('--queue <name>', 'default: RABBITMQ_QUEUE')
    .addOption(byOption())
    .requiredOption('--why <text>', 'reason, kept in the history');
}

function renderPlan(plan: CutoverPlan): string {
  const steps = plan.steps.map((step, index) => {
    const gates = step.gates.map((gate) => `      ${describeGate(gate)}`);
    return [
      `  ${index + 1}. ${describeSetting(step)}, hold ${holdText(step.holdMs)}${step.manual ? ', then by hand' : ''}`,
      ...gates,
    ].join('\n');
  });
  return `plan ${plan.name}\n${steps.join('\n')}\n  when a gate fails: ${plan.onFail}; back to ${describeSetting(plan.rollback)}\nThe plan can be started.`;
}

async function start(platform: Platform, plan: CutoverPlan, { by, why }: Options): Promise<void> {
  const current = await platform.control.newest();
  const salt = current?.salt ?? platform.settings.bridgeSetting.salt;
  const input: CutoverInput = { queue: platform.queue, plan, salt, by, why };
  try {
    await platform.temporal.client.workflow.start(cutoverType, {
      workflowId: cutoverWorkflowId(platform.queue),
      taskQueue: gradingQueue,
      args: [input],
      workflowIdConflictPolicy: 'FAIL',
      staticSummary: `${plan.name} · ${by}`.slice(0, 190),
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    throw new UsageError(
      `A cutover of ${platform.queue} is under way. Look at it with: ./grader cutover status`,
    );
  }
  say(`cutover of ${platform.queue} by plan ${plan.name} has begun\nNext: ./grader cutover status --watch`);
}

async function readStatus(platform: Platform): Promise<CutoverStatus> {
  const handle = platform.temporal.client.workflow.getHandle(cutoverWorkflowId(platform.queue));
  try {
    const { status } = await handle.describe();
    if (status.name === 'COMPLETED') return (await handle.result()) as CutoverStatus;
    return await platform.temporal.connection.withDeadline(Date.now() + 10_000, () =>
      handle.query<CutoverStatus>(cutoverStatusQuery),
    );
  } catch (cause) {
    if (cause instanceof WorkflowNotFoundError) {
      throw new UsageError(
        `There is no cutover of ${platform.queue}. Begin one with: ./grader cutover start FILE --why TEXT`,
      );
    }
    throw new UsageError(
      `The cutover cannot be read: ${errorText(cause)}. A worker has to run for that; ./grader mode show and ./grader cutover abort need none.`,
      { cause },
    );
  }
}

async function showStatus(platform: Platform, { watch, json }: Options): Promise<void> {
  for (;;) {
    const [status, control, reports] = await Promise.all([
      readStatus(platform),
      platform.control.newest(),
      bridgeReports(platform),
    ]);
    if (json === true) say(JSON.stringify({ status, control: control ?? null, bridges: reports }));
    else {
      say(
        `${renderCutover(status)}\n\n${renderBridges(control, reports, platform.queue)}\nNext: ${nextCutoverCommand(status)}\n`,
      );
    }
    if (watch !== true || ['completed', 'aborted', 'rolled-back'].includes(status.phase)) return;
    await sleep(2_000);
  }
}

async function order(platform: Platform, verb: CutoverVerb, options: Options): Promise<void> {
  await signal(platform, verb, options);
  say(`${verb}: told to the cutover of ${platform.queue}\nNext: ./grader cutover status`);
}

async function signal(platform: Platform, verb: CutoverVerb, { by, why, full }: Options): Promise<void> {
  const message: CutoverOrder = { by, why, ...(full === true && { full }) };
  try {
    await platform.temporal.client.workflow
      .getHandle(cutoverWorkflowId(platform.queue))
      .signal(verb, message);
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    throw new UsageError(`No cutover of ${platform.queue} is under way. See: ./grader mode show`);
  }
}

/** Sets the bridges first, then ends the workflow: taking the share back depends on no worker. */
async function abort(platform: Platform, options: Options): Promise<void> {
  const current = await platform.control.newest();
  const mode = current?.mode === 'router' ? 'router' : 'off';
  const salt = current?.salt ?? platform.settings.bridgeSetting.salt;
  const change = { mode, share: 0, salt, by: options.by, why: `abort: ${options.why}` } as const;
  const { control, elapsedMs, reports, missing } = await changeAndConfirm(platform, (store) =>
    store.set(change),
  );
  say(
    `${platform.queue}: ${describeSetting(control)}; obeyed by ${reports.length} bridge(s) after ${elapsedMs} ms`,
  );
  if (missing.length > 0) {
    say(`no answer from ${missing.join(', ')}: they obey when they are back`);
    process.exitCode = 1;
  }
  await signal(platform, 'abort', options).catch((error: unknown) => {
    if (!(error instanceof UsageError)) throw error;
  });
  say(renderLedger(await settledReports(platform)));
  say('Gradings that have begun finish here.\nNext: ./grader drain ours, to hand back those that have not');
}

/** Messages in flight settle within moments; the books are printed then. */
async function settledReports(platform: Platform) {
  for (let round = 0; ; round += 1) {
    const reports = await bridgeReports(platform);
    if (round >= 5 || reports.every(({ inFlight }) => inFlight === 0)) return reports;
  }
}

async function showHistory(platform: Platform, asJson: boolean): Promise<void> {
  const controls = await platform.control.history(200);
  const status = await readStatus(platform).catch(() => undefined);
  if (asJson) return printJson({ queue: platform.queue, controls, events: status?.events ?? [] });
  say(`what the bridges of ${platform.queue} were told:`);
  for (const { version, at, by, why, evidence = [], ...setting } of controls.toReversed()) {
    say(`  ${at}  v${version}  ${describeSetting(setting)}  by ${by}: ${why}`);
    for (const line of evidence) say(`      ${line}`);
  }
  if (!status) return;
  say(`\nthe cutover by plan ${status.plan.name} (${status.phase}):`);
  for (const { at, by, what, why, evidence } of status.events) {
    say(`  ${at}  ${what}  by ${by}: ${why}`);
    for (const line of evidence) say(`      ${line}`);
  }
}
