import type { ShadowCandidate, ShadowSweep } from '../domain/parity/shadow-set.js';
import { translatingFailures } from './failure-translation.js';

/** What the continuous shadow needs from outside. */
export interface ShadowDependencies {
  /** What the legacy worker has graded, is in the share, and has not been shadowed; oldest first. */
  readonly findForShadow: (sweep: ShadowSweep) => Promise<readonly ShadowCandidate[]>;
}

/** The activities of the continuous shadow. */
export function createShadowActivities({ findForShadow }: ShadowDependencies) {
  return { findForShadow: translatingFailures(findForShadow) };
}

export type ShadowActivities = ReturnType<typeof createShadowActivities>;
