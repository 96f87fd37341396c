import type { GradingStarter } from '../platform/temporal/grading-starter.js';
import type { QuarantineReason } from './message.js';
import { parseMessage } from './message.js';
import type { SubmissionLookup } from './submission-lookup.js';

export interface Delivery {
  readonly body: Uint8Array;
  /** The broker gave it to a consumer before; it may or may not have been handled. */
  readonly redelivered: boolean;
}

/**
 * What becomes of a message; there is no fourth way.
 * - `ack`: its grading is durable, or was already done.
 * - `hold`: our own trouble. The message stays with the broker and consuming stops until the trouble is over.
 * - `quarantine`: no retry would help. It goes to the quarantine queue unchanged, with the reason.
 */
export type Outcome =
  | {
      readonly kind: 'ack';
      readonly as: 'started' | 'joined' | 'already-graded';
      readonly submissionId: number;
    }
  | { readonly kind: 'hold'; readonly cause: unknown }
  | { readonly kind: 'quarantine'; readonly reason: QuarantineReason; readonly detail: string };

export type MessageHandler = (delivery: Delivery) => Promise<Outcome>;

/** A redelivered message whose grading completed within this time was acked too late, and is not graded again. */
const alreadyGradedWithinMs = 3_600_000;

/** Never rejects: what is thrown below becomes `hold`. */
export function createMessageHandler(starter: GradingStarter, lookup: SubmissionLookup): MessageHandler {
  return async (delivery) => {
    const message = parseMessage(delivery.body);
    if (message.kind === 'bad') {
      return { kind: 'quarantine', reason: message.reason, detail: message.detail };
    }
    const { submissionId } = message;
    try {
      if (delivery.redelivered && (await starter.wasGradedWithin(submissionId, alreadyGradedWithinMs))) {
        return { kind: 'ack', as: 'already-graded', submissionId };
      }
      const found = await lookup(submissionId);
      if (found.kind === 'missing') {
        return {
          kind: 'quarantine',
          reason: 'no-such-submission',
          detail: `the database has no submission ${submissionId}`,
        };
      }
      const header = found.kind === 'found' ? found.header : undefined;
      const as = await starter.startGrading({ submissionId, origin: 'bridge', header });
      return { kind: 'ack', as, submissionId };
    } catch (cause) {
      return { kind: 'hold', cause };
    }
  };
}
