import { Context } from '@temporalio/activity';

/** An activity that goes on until it is cancelled. */
export async function heartbeatUntilCancelled(_input: unknown): Promise<never> {
  const context = Context.current();
  const timer = setInterval(() => context.heartbeat(), 200);
  try {
    return await context.cancelled;
  } finally {
    clearInterval(timer);
  }
}
