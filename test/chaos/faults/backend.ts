import type { FaultKind } from '../fault.js';
import type { BackendFault } from '../faulty-backend.js';

/** Longer than the workers wait for an answer, and shorter than a pause between attempts can get in that time. */
const usual: readonly [number, number] = [3_000, 15_000];

const modes: readonly BackendFault[] = [
  'error 500',
  'unavailable 503',
  'busy 429',
  'rejected 400',
  'foreign 404',
  'answer lost',
  'slow',
  'too late',
  'refused',
  'redirect',
  'login page',
  'no content',
  'endless',
];

/** Answers that are none, and answers that do not come. */
export const backendFaults: readonly FaultKind[] = modes.map((mode) => ({
  kind: `backend ${mode}`,
  family: 'backend',
  target: 'backend',
  lastsMs: usual,
  async inject({ backend }) {
    await backend.fail(mode);
    return () => backend.heal();
  },
}));
