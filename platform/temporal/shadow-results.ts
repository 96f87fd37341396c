import { WorkflowNotFoundError } from '@temporalio/client';
import type { GradedResult, ShadowResults } from '../../activities/rejudge-dependencies.js';
import { gradedResultQueryName } from '../../domain/grading/shadow-grading.js';
import type { TemporalClient } from './connection.js';
import { isNotFound } from './grpc-status.js';

/** Long enough for a worker to replay the grading first. */
const queryTimeoutMs = 8_000;

/** Asks the workflows that made them: programs' texts are kept in one place only. */
export function createShadowResults(temporal: TemporalClient): ShadowResults {
  return {
    async read(workflowId) {
      try {
        const graded = await temporal.connection.withDeadline(Date.now() + queryTimeoutMs, () =>
          temporal.client.workflow.getHandle(workflowId).query<GradedResult | null>(gradedResultQueryName),
        );
        return graded ?? undefined;
      } catch (error) {
        if (error instanceof WorkflowNotFoundError || isNotFound(error)) return undefined;
        throw error;
      }
    },
  };
}
