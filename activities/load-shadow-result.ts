import type { GradedResult, RejudgeDependencies } from './rejudge-dependencies.js';

export interface LoadShadowResultInput {
  readonly workflowId: string;
}

/** The whole result of a shadow grading, with short texts; null when its workflow is not kept any more. */
export function loadShadowResult({ shadowResults }: RejudgeDependencies) {
  return async ({ workflowId }: LoadShadowResultInput): Promise<GradedResult | null> =>
    (await shadowResults.read(workflowId)) ?? null;
}
