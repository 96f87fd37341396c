import { WorkflowFailedError } from '@temporalio/client';
import type { TemporalClient } from './connection.js';

/** @returns what this run ended with, in its own words; undefined where it completed. @throws the client's error. */
export async function failureOfRun(
  client: TemporalClient['client'],
  { workflowId, runId }: { readonly workflowId: string; readonly runId: string },
): Promise<Error | undefined> {
  try {
    await client.workflow.getHandle(workflowId, runId, { followRuns: false }).result();
    return undefined;
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    return error.cause ?? error;
  }
}
