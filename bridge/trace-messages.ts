import type { Tracing } from '../platform/process/tracing.js';
import type { MessageHandler } from './handle-message.js';

/** Begins a trace with each message; the workflow that it starts goes on with it. */
export function traceMessages(
  handle: MessageHandler,
  queue: string,
  tracing: Pick<Tracing, 'consume'> | undefined,
): MessageHandler {
  if (tracing === undefined) return handle;
  return (delivery) =>
    tracing.consume({ queue, redelivered: delivery.redelivered }, async (annotate) => {
      const outcome = await handle(delivery);
      annotate({
        'grader.outcome': outcome.kind,
        ...('submissionId' in outcome && { 'grader.submission_id': outcome.submissionId }),
      });
      return outcome;
    });
}
