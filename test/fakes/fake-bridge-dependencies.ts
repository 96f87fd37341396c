import type { BridgeDependencies } from '../../bridge/dependencies.js';
import { fakeControlStore } from './fake-control-store.js';

type Faked = Pick<BridgeDependencies, 'control' | 'controlFile' | 'readBacklog' | 'findHeader' | 'tracing'>;

/** A calm day around a bridge: nobody sets anything, nothing waits in Temporal, the database has every submission. */
export function fakeBridgeDependencies(): Faked {
  return {
    control: fakeControlStore(),
    controlFile: { read: () => undefined, write: () => undefined },
    readBacklog: async () => ({ count: 0, oldestMs: 0 }),
    findHeader: async () => ({ classId: 1, isTest: false, problemTitle: 'A + B', language: 'cpp' }),
    tracing: undefined,
  };
}
