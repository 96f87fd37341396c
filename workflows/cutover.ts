import {
  condition,
  continueAsNew,
  defineQuery,
  defineSignal,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { CutoverActivities, ObserveOutput } from '../activities/cutover.js';
import type { BridgeControl } from '../domain/cutover/bridge-control.js';
import { describeSetting } from '../domain/cutover/bridge-control.js';
import type { GateResult } from '../domain/cutover/cutover-gates.js';
import { evaluateGates } from '../domain/cutover/cutover-gates.js';
import type { CutoverStep } from '../domain/cutover/cutover-plan.js';
import type {
  CutoverInput,
  CutoverOrder,
  CutoverPhase,
  CutoverState,
  CutoverStatus,
  CutoverVerb,
  ObservedShare,
} from '../domain/cutover/cutover-run.js';
import { cutoverSignals, cutoverStatusQuery, observedSince } from '../domain/cutover/cutover-run.js';
import { renderCutover } from '../domain/cutover/render-cutover.js';
import { gradingQueue } from '../domain/grading/grading-workflow.js';

/*
 * Theory of operation
 *
 * For each step: set mode and share, hold them at least `hold`, look at the gates every `checkEvery`. A gate that fails
 * pauses or rolls back, at any time of the hold. After the hold every gate must pass; one without enough data keeps the
 * step waiting, it never passes. A pause keeps the share and looks at nothing.
 *
 *   setting ─► holding ─► [waiting for data] ─► [waiting for promotion] ─► next step ─► … ─► completed
 *      └── pause ⇄ resume, at any point          └── failed gate ─► paused or rolled back;  abort ─► aborted
 *
 * Each setting is made by following the version that this cutover made last. If somebody else has set something, that
 * stands and the cutover pauses. So an abort, which the command sets past this workflow, is never overwritten.
 */

const { setControl, observe, newestControl } = proxyActivities<CutoverActivities>({
  taskQueue: gradingQueue,
  startToCloseTimeout: '20s',
  retry: { initialInterval: '200ms', maximumInterval: '10s' },
});

/** `again`: the step begins anew. `over`: nothing more is set. */
type StepEnd = 'passed' | 'again' | 'over';

const maxHistoryEvents = 5_000;
const mostEvents = 300;

/** Moves a queue's share by a plan. Completes with its last status, however it ends. */
export async function cutover(input: CutoverInput): Promise<CutoverStatus> {
  const run = new Cutover(input);
  for (const verb of Object.values(cutoverSignals)) {
    setHandler(defineSignal<[CutoverOrder]>(verb), (order) => run.ordered(verb, order));
  }
  setHandler(defineQuery<CutoverStatus>(cutoverStatusQuery), () => run.status());
  await run.toItsEnd();
  return run.status();
}

class Cutover {
  readonly #input: CutoverInput;
  #state: CutoverState;
  #orders: { readonly verb: CutoverVerb; readonly order: CutoverOrder }[] = [];
  #gates: readonly GateResult[] = [];
  #observed: ObservedShare = { ours: 0, total: 0 };
  #waitsFor = '';
  #isFull = false;

  constructor(input: CutoverInput) {
    this.#input = input;
    this.#state = input.state ?? {
      step: 0,
      phase: 'setting',
      stepSince: now(),
      version: 0,
      base: [],
      events: [],
    };
  }

  status(): CutoverStatus {
    const { plan } = this.#input;
    return {
      ...this.#state,
      plan,
      gates: this.#gates,
      observed: this.#observed,
      waitsFor: this.#waitsFor,
    };
  }

  ordered(verb: CutoverVerb, order: CutoverOrder): void {
    this.#orders.push({ verb, order });
  }

  async toItsEnd(): Promise<void> {
    const { plan, by, why, queue, state } = this.#input;
    if (!state) {
      const newest = await newestControl({ queue });
      this.#change({ version: newest?.version ?? 0 });
      this.#note(by, `started plan ${plan.name}`, why);
    }
    let isSet = state !== undefined;
    for (let step = this.#step(); step !== undefined; step = this.#step()) {
      const end = isSet ? await this.#hold(step) : await this.#take(step);
      isSet = false;
      if (end === 'over') return;
      if (end === 'passed') this.#change({ step: this.#state.step + 1, phase: 'setting', stepSince: now() });
    }
    this.#phase('completed', 'nothing: the last step is passed');
    this.#note('cutover', 'completed', 'every step passed', this.#evidence());
  }

  /** Sets what the step says and holds it. */
  async #take(step: CutoverStep): Promise<StepEnd> {
    const { plan, queue } = this.#input;
    this.#phase('setting', `the bridges to obey ${describeSetting(step)}`);
    const why = `step ${this.#state.step + 1} of ${plan.steps.length} of plan ${plan.name}`;
    const evidence = this.#evidence();
    const change = this.#changeTo(step, why, evidence);
    const outcome = await setControl({ queue, known: this.#state.version, change });
    if (outcome.kind === 'conflict') return this.#overtaken(outcome.newest);
    this.#change({ version: outcome.version, stepSince: now() });
    this.#note('cutover', `set ${describeSetting(step)}`, why, evidence);
    this.#gates = [];
    this.#observed = { ours: 0, total: 0 };
    this.#change({
      base: (await this.#observe([])).reports.map(({ id, started, forwarded }) => ({
        id,
        started,
        forwarded,
      })),
    });
    return this.#hold(step);
  }

  async #hold(step: CutoverStep): Promise<StepEnd> {
    const since = Date.parse(this.#state.stepSince);
    for (;;) {
      if (this.#isFull && step !== this.#input.plan.steps.at(-1)) return 'passed';
      const leftMs = since + step.holdMs - Date.now();
      const verdict = await this.#look(step, leftMs <= 0);
      if (verdict !== undefined) return verdict;
      const { checkEveryMs } = this.#input.plan;
      const end = await this.#nextOrder(leftMs > 0 ? Math.min(checkEveryMs, leftMs) : checkEveryMs);
      if (end !== undefined) return end;
      await this.#shortenHistory();
    }
  }

  /** @returns undefined while the step goes on. */
  async #look(step: CutoverStep, isHeld: boolean): Promise<StepEnd | undefined> {
    const { measurements, reports } = await this.#observe(step.gates.map(({ metric }) => metric));
    this.#observed = observedSince(this.#state.base, reports);
    this.#gates = evaluateGates(step.gates, measurements);
    const failed = this.#gates.filter(({ outcome }) => outcome === 'fail');
    if (failed.length > 0) return this.#failed(failed);
    if (!isHeld) {
      this.#phase(
        'holding',
        `the end of the hold, ${Math.round(step.holdMs / 1000)} s from ${this.#state.stepSince}`,
      );
      return undefined;
    }
    const lacking = this.#gates.filter(({ outcome }) => outcome === 'not-enough-data');
    if (lacking.length > 0) {
      this.#phase('waiting-for-data', lacking.map(({ text }) => text).join('; '));
      return undefined;
    }
    if (step.manual) {
      this.#phase('waiting-for-promotion', 'a person: grader cutover promote');
      return undefined;
    }
    this.#note('cutover', `passed ${describeSetting(step)}`, 'held, and every gate passes', this.#evidence());
    return 'passed';
  }

  async #failed(failed: readonly GateResult[]): Promise<StepEnd> {
    const evidence = failed.map(({ text }) => text);
    const why = `a gate failed: ${evidence.join('; ')}`;
    if (this.#input.plan.onFail === 'rollback')
      return this.#rollBack('rolled-back', 'cutover', why, evidence);
    this.#note('cutover', 'paused', why, evidence);
    return this.#pause(`a person: ${why}`);
  }

  async #rollBack(
    phase: 'aborted' | 'rolled-back',
    by: string,
    why: string,
    evidence: readonly string[],
  ): Promise<StepEnd> {
    const { rollback } = this.#input.plan;
    const newest = await newestControl({ queue: this.#input.queue });
    // The command has done so already, past this workflow.
    const isThere = newest?.mode === rollback.mode && newest.share === rollback.share;
    if (!isThere) {
      await setControl({
        queue: this.#input.queue,
        known: 'any',
        change: { ...this.#changeTo(rollback, why, evidence), by },
      });
    }
    this.#phase(phase, 'nothing');
    this.#note(by, `${phase}: ${describeSetting(rollback)}`, why, evidence);
    return 'over';
  }

  async #overtaken(newest: BridgeControl): Promise<StepEnd> {
    const text = `${newest.by} has set ${describeSetting(newest)} meanwhile: ${newest.why}`;
    this.#note('cutover', 'paused', text);
    return this.#pause(`a person: ${text}`);
  }

  /** Keeps the share and looks at nothing, until it is resumed (the step begins again), promoted or aborted. */
  async #pause(waitsFor: string): Promise<StepEnd> {
    this.#phase('paused', waitsFor);
    for (;;) {
      await condition(() => this.#orders.length > 0);
      const next = this.#orders.shift();
      if (!next || next.verb === 'pause') continue;
      const end = await this.#obey(next.verb, next.order);
      if (end === 'over') return end;
      // What a person has set in the meantime is not overwritten unknowingly: resuming is what allows it.
      const newest = await newestControl({ queue: this.#input.queue });
      this.#change({ version: newest?.version ?? this.#state.version });
      return end ?? 'again';
    }
  }

  async #nextOrder(withinMs: number): Promise<StepEnd | undefined> {
    await condition(() => this.#orders.length > 0, withinMs);
    const next = this.#orders.shift();
    return next && this.#obey(next.verb, next.order);
  }

  /** @returns undefined where the step just goes on. */
  async #obey(verb: CutoverVerb, order: CutoverOrder): Promise<StepEnd | undefined> {
    switch (verb) {
      case 'abort':
        return this.#rollBack('aborted', order.by, order.why, this.#evidence());
      case 'pause':
        this.#note(order.by, 'paused', order.why);
        return this.#pause(`a person: ${order.by} has paused it (${order.why})`);
      case 'resume':
        this.#note(order.by, 'resumed', order.why);
        return undefined;
      case 'promote':
        this.#isFull = order.full === true;
        this.#note(
          order.by,
          this.#isFull ? 'promoted to the last step' : 'promoted',
          order.why,
          this.#evidence(),
        );
        return 'passed';
    }
  }

  #observe(metrics: CutoverStep['gates'][number]['metric'][]): Promise<ObserveOutput> {
    return observe({ queue: this.#input.queue, metrics, since: this.#state.stepSince });
  }

  #changeTo(setting: Pick<CutoverStep, 'mode' | 'share'>, why: string, evidence: readonly string[]) {
    const { mode, share } = setting;
    const { salt, plan, by } = this.#input;
    return { mode, share, salt, by, why, cutover: plan.name, evidence };
  }

  #evidence(): readonly string[] {
    const { ours, total } = this.#observed;
    const share = total > 0 ? [`observed share ${((ours / total) * 100).toFixed(2)} % of ${total}`] : [];
    return [...share, ...this.#gates.map(({ text, outcome }) => `${outcome}: ${text}`)];
  }

  #note(by: string, what: string, why: string, evidence: readonly string[] = []): void {
    const event = { at: now(), by, what, why, evidence };
    this.#change({ events: [...this.#state.events, event].slice(-mostEvents) });
  }

  #phase(phase: CutoverPhase, waitsFor: string): void {
    this.#waitsFor = waitsFor;
    this.#change({ phase });
  }

  #change(part: Partial<CutoverState>): void {
    this.#state = { ...this.#state, ...part };
    setCurrentDetails(renderCutover(this.status()));
  }

  #step(): CutoverStep | undefined {
    return this.#input.plan.steps[this.#state.step];
  }

  async #shortenHistory(): Promise<void> {
    if (this.#orders.length > 0 || workflowInfo().historyLength < maxHistoryEvents) return;
    // Leaves by an exception: the run goes on in a new history.
    await continueAsNew<typeof cutover>({ ...this.#input, state: this.#state });
  }
}

function now(): string {
  return new Date().toISOString();
}
