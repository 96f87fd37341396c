import { continueAsNew, defineQuery, defineSignal, setHandler, workflowInfo } from '@temporalio/workflow';
import type { BridgeControl } from '../domain/cutover/bridge-control.js';
import { describeSetting } from '../domain/cutover/bridge-control.js';
import { evaluateGates } from '../domain/cutover/cutover-gates.js';
import type { CutoverPlan, CutoverStep } from '../domain/cutover/cutover-plan.js';
import type { CutoverInput, CutoverOrder, CutoverStatus } from '../domain/cutover/cutover-run.js';
import { cutoverSignals, cutoverStatusQuery, observedSince } from '../domain/cutover/cutover-run.js';
import type { StepVerdict } from '../domain/cutover/step-verdict.js';
import { stepVerdict, textsOf, unmeasurableVerdict } from '../domain/cutover/step-verdict.js';
import { look, newestVersion, rollBack, setStep } from './cutover-control.js';
import type { StepEnd } from './cutover-orders.js';
import { CutoverOrders } from './cutover-orders.js';
import { CutoverRecord } from './cutover-record.js';

/*
 * Theory of operation
 *
 * For each step: set mode and share, hold them at least `hold`, look at the gates every `checkEvery`. A gate that fails
 * pauses or rolls back, at any time of the hold. After the hold every gate must pass; one without enough data keeps the
 * step waiting, it never passes. What cannot be measured for long takes the share back, or pauses: a cutover that nobody
 * can see does not go on. A pause keeps the share and looks at nothing.
 *
 *   setting ─► holding ─► [waiting for data] ─► [waiting for promotion] ─► next step ─► … ─► completed
 *      └── pause ⇄ resume, at any point          └── failed gate ─► paused or rolled back;  abort ─► aborted
 *
 * Each setting is made by following the version that this cutover made last. If somebody else has set something, that
 * stands and the cutover pauses. So an abort, which the command sets past this workflow, is never overwritten.
 *
 * Here is the loop over the steps. What persons order is in cutover-orders.ts, what the gates mean in
 * domain/cutover/step-verdict.ts, what is set and looked at in cutover-control.ts, what is shown in cutover-record.ts.
 */

const maxHistoryEvents = 5_000;

/** Moves a queue's share by a plan. Completes with its last status, however it ends. */
export async function cutover(input: CutoverInput): Promise<CutoverStatus> {
  const record = new CutoverRecord(input);
  const orders = new CutoverOrders(record);
  for (const verb of Object.values(cutoverSignals)) {
    setHandler(defineSignal<[CutoverOrder]>(verb), (order) => orders.received(verb, order));
  }
  setHandler(defineQuery<CutoverStatus>(cutoverStatusQuery), () => record.status());
  await takeSteps(record, orders);
  return record.status();
}

async function takeSteps(record: CutoverRecord, orders: CutoverOrders): Promise<void> {
  const { plan, by, why, state } = record.input;
  if (!state) {
    record.changed({ version: (await newestVersion(record)) ?? 0 });
    record.noted(by, `started plan ${plan.name}`, why);
  }
  let isSet = state !== undefined;
  for (let step = record.step; step !== undefined; step = record.step) {
    const end = isSet ? await hold(record, orders, step) : await take(record, orders, step);
    isSet = false;
    if (end === 'over') return;
    if (end === 'passed') record.nextStep();
  }
  record.entered('completed', 'nothing: the last step is passed');
  record.noted('cutover', 'completed', 'every step passed', record.evidence());
}

/** Sets what the step says and holds it. */
async function take(record: CutoverRecord, orders: CutoverOrders, step: CutoverStep): Promise<StepEnd> {
  const { plan } = record.input;
  record.entered('setting', `the bridges to obey ${describeSetting(step)}`);
  const why = `step ${record.state.step + 1} of ${plan.steps.length} of plan ${plan.name}`;
  const evidence = record.evidence();
  const outcome = await setStep(record, step, why, evidence);
  if (outcome.kind === 'conflict') return overtaken(record, orders, outcome.newest);
  record.stepSet(outcome.version);
  record.noted('cutover', `set ${describeSetting(step)}`, why, evidence);
  record.nothingObservedYet();
  const { reports, reportsUnavailable } = await look(record, []);
  record.counting(reports, reportsUnavailable !== undefined);
  return hold(record, orders, step);
}

/** Somebody else has set something, and it stands. */
function overtaken(record: CutoverRecord, orders: CutoverOrders, newest: BridgeControl): Promise<StepEnd> {
  const text = `${newest.by} has set ${describeSetting(newest)} meanwhile: ${newest.why}`;
  record.noted('cutover', 'paused', text);
  return orders.pause(`a person: ${text}`);
}

async function hold(record: CutoverRecord, orders: CutoverOrders, step: CutoverStep): Promise<StepEnd> {
  const { plan } = record.input;
  const since = Date.parse(record.state.stepSince);
  for (;;) {
    if (orders.skipToLast && step !== plan.steps.at(-1)) return 'passed';
    const leftMs = since + step.holdMs - Date.now();
    const verdict = await judge(record, step, leftMs <= 0);
    switch (verdict.kind) {
      case 'failed':
        return gateFailed(record, orders, verdict);
      case 'passed':
        record.noted('cutover', verdict.what, 'held, and every gate passes', record.evidence());
        return 'passed';
      case 'waiting':
        record.entered(verdict.phase, verdict.waitsFor);
    }
    const end = await orders.obeyNext(leftMs > 0 ? Math.min(plan.checkEveryMs, leftMs) : plan.checkEveryMs);
    if (end !== undefined) return end;
    await shortenHistory(record, orders);
  }
}

type JudgedStep = StepVerdict & { readonly onFail?: CutoverPlan['onFail'] };

async function judge(record: CutoverRecord, step: CutoverStep, isHeld: boolean): Promise<JudgedStep> {
  const { plan } = record.input;
  const { measurements, reports, reportsUnavailable } = await look(
    record,
    step.gates.map(({ metric }) => metric),
  );
  const gates = evaluateGates(step.gates, measurements);
  if (reportsUnavailable === undefined && record.state.isBaseUnknown === true)
    record.counting(reports, false);
  record.observed(observedSince(record.state.base, reports), gates);
  const verdict = stepVerdict(step, gates, isHeld, record.state.stepSince);
  if (verdict.kind === 'failed') return { ...verdict, onFail: plan.onFail };
  const blind = [
    ...textsOf(gates, 'unmeasurable'),
    ...(reportsUnavailable === undefined ? [] : [`the bridges' counts: ${reportsUnavailable}`]),
  ];
  const since = record.blind(blind.length > 0);
  const failed = since === undefined ? undefined : unmeasurableVerdict(plan, blind, since, Date.now());
  return failed === undefined ? verdict : { ...failed, onFail: plan.onUnmeasurable ?? 'rollback' };
}

async function gateFailed(
  record: CutoverRecord,
  orders: CutoverOrders,
  { evidence, onFail }: Extract<JudgedStep, { kind: 'failed' }>,
): Promise<StepEnd> {
  const why = `a gate failed: ${evidence.join('; ')}`;
  if (onFail === 'rollback') {
    await rollBack(record, 'rolled-back', 'cutover', why, evidence);
    return 'over';
  }
  record.noted('cutover', 'paused', why, evidence);
  record.blind(false);
  return orders.pause(`a person: ${why}`);
}

async function shortenHistory(record: CutoverRecord, orders: CutoverOrders): Promise<void> {
  if (orders.areWaiting || workflowInfo().historyLength < maxHistoryEvents) return;
  // Leaves by an exception: the run goes on in a new history.
  await continueAsNew<typeof cutover>({ ...record.input, state: record.state });
}
