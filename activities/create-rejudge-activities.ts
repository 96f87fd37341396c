import { translatingFailures } from './failure-translation.js';
import { loadShadowResult } from './load-shadow-result.js';
import { loadStoredResults } from './load-stored-results.js';
import { recordIfUnchanged } from './record-if-unchanged.js';
import type { RejudgeDependencies } from './rejudge-dependencies.js';

/** The activities that only a rejudging uses. */
export function createRejudgeActivities(deps: RejudgeDependencies) {
  return {
    loadStoredResults: translatingFailures(loadStoredResults(deps)),
    loadShadowResult: translatingFailures(loadShadowResult(deps)),
    recordIfUnchanged: translatingFailures(recordIfUnchanged(deps)),
  };
}

export type RejudgeActivities = ReturnType<typeof createRejudgeActivities>;
