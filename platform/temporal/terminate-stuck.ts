import type { TemporalClient } from './connection.js';
import type { StuckWorkflow } from './stuck-workflows.js';

/**
 * Ends a grading that cannot end itself: its code does not run, so it can neither give up nor be cancelled. What it
 * has judged is in its history, for a replay. Its container's lease ends by itself.
 */
export async function terminateStuck(
  { client, connection }: TemporalClient,
  { workflowId, runId, reason }: StuckWorkflow,
): Promise<void> {
  await connection.withDeadline(Date.now() + 10_000, () =>
    client.workflow
      .getHandle(workflowId, runId)
      .terminate(`its workflow task failed again and again: ${reason}`.slice(0, 500)),
  );
}
