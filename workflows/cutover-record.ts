import { patched, setCurrentDetails, upsertMemo, workflowInfo } from '@temporalio/workflow';
import type { GateResult } from '../domain/cutover/cutover-gates.js';
import type { CutoverStep } from '../domain/cutover/cutover-plan.js';
import type {
  BridgeBase,
  CutoverInput,
  CutoverPhase,
  CutoverState,
  CutoverStatus,
  ObservedShare,
} from '../domain/cutover/cutover-run.js';
import { cutoverMemo, cutoverPage } from './cutover-page.js';

/** Older events are dropped. */
const maxEvents = 300;

/** Where a cutover stands: answers the query, keeps the web UI current, and is what its next history goes on from. */
export class CutoverRecord {
  readonly input: CutoverInput;
  #state: CutoverState;
  #gates: readonly GateResult[] = [];
  #observed: ObservedShare = nothingObserved;
  #waitsFor = '';
  /** What the memo says. */
  #kept = '';

  constructor(input: CutoverInput) {
    this.input = input;
    this.#state = input.state ?? {
      step: 0,
      phase: 'setting',
      stepSince: now(),
      version: 0,
      base: [],
      events: [],
    };
  }

  get state(): CutoverState {
    return this.#state;
  }

  /** Undefined after the last one. */
  get step(): CutoverStep | undefined {
    return this.input.plan.steps[this.#state.step];
  }

  status(): CutoverStatus {
    return {
      ...this.#state,
      plan: this.input.plan,
      gates: this.#gates,
      observed: this.#observed,
      waitsFor: this.#waitsFor,
    };
  }

  /** What has been measured, one line each: the reasons of what is done next. */
  evidence(): readonly string[] {
    const { ours, total } = this.#observed;
    const share = total > 0 ? [`observed share ${((ours / total) * 100).toFixed(2)} % of ${total}`] : [];
    return [...share, ...this.#gates.map(({ text, outcome }) => `${outcome}: ${text}`)];
  }

  entered(phase: CutoverPhase, waitsFor: string): void {
    this.#waitsFor = waitsFor;
    this.changed({ phase });
    this.#keep();
  }

  noted(by: string, what: string, why: string, evidence: readonly string[] = []): void {
    const event = { at: now(), by, what, why, evidence };
    this.changed({ events: [...this.#state.events, event].slice(-maxEvents) });
    this.#keep();
  }

  observed(share: ObservedShare, gates: readonly GateResult[]): void {
    this.#observed = share;
    this.#gates = gates;
  }

  /** The share of the step is counted from what the bridges say now. */
  counting(reports: readonly BridgeBase[], isBaseUnknown: boolean): void {
    const base = reports.map(({ id, started, forwarded }) => ({ id, started, forwarded }));
    this.changed(isBaseUnknown || this.#state.isBaseUnknown ? { base, isBaseUnknown } : { base });
  }

  /** @returns since when something cannot be measured, undefined where everything can. */
  blind(isBlind: boolean): string | undefined {
    const { unmeasurableSince } = this.#state;
    if (isBlind === (unmeasurableSince !== undefined)) return unmeasurableSince;
    const since = isBlind ? now() : undefined;
    this.changed({ unmeasurableSince: since });
    return since;
  }

  nothingObservedYet(): void {
    this.observed(nothingObserved, []);
  }

  nextStep(): void {
    this.changed({ step: this.#state.step + 1, phase: 'setting', stepSince: now() });
  }

  /** The step's setting is in force from now on. */
  stepSet(version: number): void {
    this.changed({ version, stepSince: now() });
  }

  changed(part: Partial<CutoverState>): void {
    this.#state = { ...this.#state, ...part };
    const { namespace } = workflowInfo();
    setCurrentDetails(cutoverPage(this.status(), { namespace, queue: this.input.queue }));
  }

  /** The page is answered by a worker; the memo is there without one. */
  #keep(): void {
    const lines = cutoverMemo(this.status());
    const text = lines.join('\n');
    if (text === this.#kept || !patched('cutover-in-memo')) return;
    this.#kept = text;
    upsertMemo({ Cutover: lines });
  }
}

const nothingObserved: ObservedShare = { ours: 0, total: 0 };

function now(): string {
  return new Date().toISOString();
}
