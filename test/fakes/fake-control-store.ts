import type { BridgeControl, BridgeSetting } from '../../domain/cutover/bridge-control.js';
import type { BridgeControlStore, ControlChange } from '../../platform/temporal/bridge-control-store.js';

/** A chain of versions in memory: always in reach, and until somebody sets something, empty. */
export interface FakeControlStore extends BridgeControlStore {
  /** Makes the next version at once, by nobody in particular. */
  order(setting: Partial<BridgeSetting>): BridgeControl;
}

export function fakeControlStore(): FakeControlStore {
  const versions: BridgeControl[] = [];
  const make = (change: ControlChange): BridgeControl => {
    const control = { ...change, version: versions.length + 1, at: new Date().toISOString() };
    versions.push(control);
    return control;
  };
  return {
    order: (setting) => make({ mode: 'equal', share: 0, salt: 'test', by: 'test', why: 'test', ...setting }),
    newerThan: async (known) => versions.slice(known).at(-1),
    newest: async () => versions.at(-1),
    follow: async (_known, change) => make(change),
    set: async (change) => make(change),
    history: async (limit) => versions.toReversed().slice(0, limit),
  };
}
