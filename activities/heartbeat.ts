import { Context } from '@temporalio/activity';

const heartbeatIntervalMs = 1000;

/**
 * Keeps the attempt alive while `work` runs; cancellation reaches an activity only by heartbeats.
 * What ends within a second sends none: each costs the server a write, as much as a whole step of the workflow.
 * @param details what a retry of the attempt finds, asked for at each beat.
 */
export async function withHeartbeats<Output>(
  work: (signal: AbortSignal) => Promise<Output>,
  details: () => unknown = () => undefined,
): Promise<Output> {
  const beat = () => heartbeat(details());
  const timer = setInterval(beat, heartbeatIntervalMs);
  try {
    return await work(Context.current().cancellationSignal);
  } catch (error) {
    // The next attempt goes on from here.
    beat();
    throw error;
  } finally {
    clearInterval(timer);
  }
}

/** Within a workflow task there is nobody who listens: its own time-out ends it. */
export function heartbeat(details: unknown): void {
  const context = Context.current();
  if (!context.info.isLocal) context.heartbeat(details);
}
