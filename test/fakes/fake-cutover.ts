import type { CutoverDependencies } from '../../activities/cutover.js';
import type { BridgeControl } from '../../domain/cutover/bridge-control.js';
import { ControlConflictError } from '../../domain/cutover/control-conflict-error.js';
import type { Measurements } from '../../domain/cutover/cutover-gates.js';

/** The platform that a cutover acts on, in memory. */
export interface FakeCutover {
  readonly deps: CutoverDependencies;
  /** What the bridges were told, oldest first. */
  readonly controls: BridgeControl[];
  /** What the gates see. */
  measured: Measurements;
  /** What nothing can be measured for: no service answers. */
  outage: string | undefined;
  /** As a person who sets something past the cutover. */
  tell(change: Omit<BridgeControl, 'version' | 'at'>): BridgeControl;
  /** Forgets all of it. */
  reset(): void;
}

export function fakeCutover(): FakeCutover {
  const controls: BridgeControl[] = [];
  const fake: FakeCutover = {
    controls,
    measured: {},
    outage: undefined,
    tell(change) {
      const control = { ...change, version: controls.length + 1, at: new Date().toISOString() };
      controls.push(control);
      return control;
    },
    reset() {
      controls.length = 0;
      fake.measured = {};
      fake.outage = undefined;
    },
    deps: {
      control: () => ({
        newest: () => Promise.resolve(controls.at(-1)),
        follow(known, change) {
          if (controls.length !== known) return Promise.reject(new ControlConflictError('set meanwhile'));
          return Promise.resolve(fake.tell(change));
        },
        set: (change) => Promise.resolve(fake.tell(change)),
      }),
      reports: async () => {
        if (fake.outage !== undefined) throw new Error(fake.outage);
        return [];
      },
      measure: async () => {
        if (fake.outage !== undefined) throw new Error(fake.outage);
        return fake.measured;
      },
    },
  };
  return fake;
}
