import type { BridgeControl, BridgeSetting } from '../domain/cutover/bridge-control.js';
import type { BridgeReport } from '../domain/cutover/bridge-report.js';
import { ControlConflictError } from '../domain/cutover/control-conflict-error.js';
import type { Measurements } from '../domain/cutover/cutover-gates.js';
import { unmeasurable } from '../domain/cutover/cutover-gates.js';
import type { GateMetric } from '../domain/cutover/cutover-plan.js';
import { errorText } from '../domain/errors/error-text.js';
import { translatingFailures } from './failure-translation.js';

/** What the cutover workflow acts on and looks at; made by the worker's wiring. */
export interface CutoverDependencies {
  control(queue: string): CutoverControl;
  /** The bridges of a queue that answer. Has a deadline below the activity's time-out, as `measure` has. */
  reports(queue: string): Promise<readonly BridgeReport[]>;
  /** Only what is asked for, over what happened since a time. What cannot be measured says why. */
  measure(metrics: readonly GateMetric[], since: Date): Promise<Measurements>;
}

interface CutoverControl {
  newest(): Promise<BridgeControl | undefined>;
  /** @throws ControlConflictError when there is a version after `known`. */
  follow(known: number, change: ControlOrder): Promise<BridgeControl>;
  set(change: ControlOrder): Promise<BridgeControl>;
}

interface ControlOrder extends BridgeSetting {
  readonly by: string;
  readonly why: string;
  readonly cutover?: string;
  readonly evidence?: readonly string[];
}

export interface SetControlInput {
  readonly queue: string;
  /** The version the cutover believes to be the newest; `any` for a rollback, which must not be refused. */
  readonly known: number | 'any';
  readonly change: ControlOrder;
}

export type SetControlOutput =
  | { readonly kind: 'set'; readonly version: number }
  /** Somebody else has set something since. */
  | { readonly kind: 'conflict'; readonly newest: BridgeControl };

export interface ObserveInput {
  readonly queue: string;
  readonly metrics: readonly GateMetric[];
  readonly since: string;
}

export interface ObserveOutput {
  readonly measurements: Measurements;
  readonly reports: readonly Pick<BridgeReport, 'id' | 'started' | 'forwarded' | 'isHealthy' | 'control'>[];
  /** Why the bridges could not be asked. */
  readonly reportsUnavailable?: string;
}

/** The activities of a cutover. */
export function createCutoverActivities(deps: CutoverDependencies) {
  return {
    newestControl: translatingFailures(newestControl(deps)),
    setControl: translatingFailures(setControl(deps)),
    observe: translatingFailures(observe(deps)),
  };
}

export type CutoverActivities = ReturnType<typeof createCutoverActivities>;

function newestControl(deps: CutoverDependencies) {
  return ({ queue }: { readonly queue: string }): Promise<BridgeControl | undefined> =>
    deps.control(queue).newest();
}

function setControl(deps: CutoverDependencies) {
  return async ({ queue, known, change }: SetControlInput): Promise<SetControlOutput> => {
    const control = deps.control(queue);
    if (known === 'any') return { kind: 'set', version: (await control.set(change)).version };
    try {
      return { kind: 'set', version: (await control.follow(known, change)).version };
    } catch (error) {
      if (!(error instanceof ControlConflictError)) throw error;
      const newest = await control.newest();
      // The server's list may be a moment behind: the next attempt sees it.
      if (newest === undefined) throw error;
      // An attempt of ours whose answer was lost.
      const isOurs =
        newest.version === known + 1 && newest.cutover === change.cutover && newest.why === change.why;
      return isOurs ? { kind: 'set', version: newest.version } : { kind: 'conflict', newest };
    }
  };
}

/** One service that does not answer costs its own figures, not the look. */
function observe(deps: CutoverDependencies) {
  return async ({ queue, metrics, since }: ObserveInput): Promise<ObserveOutput> => {
    const [measured, answered] = await Promise.allSettled([
      deps.measure(metrics, new Date(since)),
      deps.reports(queue),
    ]);
    const measurements =
      measured.status === 'fulfilled' ? measured.value : unmeasurable(metrics, errorText(measured.reason));
    if (answered.status === 'rejected') {
      return { measurements, reports: [], reportsUnavailable: errorText(answered.reason) };
    }
    return {
      measurements,
      reports: answered.value.map(({ id, started, forwarded, isHealthy, control }) => ({
        id,
        started,
        forwarded,
        isHealthy,
        control,
      })),
    };
  };
}
