import type { QuarantineReason } from './message.js';
import { parseMessage } from './message.js';

export interface Delivery {
  readonly body: Uint8Array;
  /** The broker gave it to a consumer before; it may or may not have been handled. */
  readonly redelivered: boolean;
}

/**
 * What becomes of a message; there is no fifth way.
 * - `ack`: its grading is durable, or was already done.
 * - `forward`: it is the legacy workers': it goes to their queue unchanged, and is acked when that is confirmed.
 * - `hold`: our own trouble. The message stays with the broker and consuming stops until the trouble is over.
 * - `quarantine`: no retry would help. It goes to the quarantine queue unchanged, with the reason.
 */
export type Outcome =
  | {
      readonly kind: 'ack';
      readonly as: 'started' | 'joined' | 'already-graded';
      readonly submissionId: number;
    }
  | { readonly kind: 'forward'; readonly why: 'share' | 'fail-open'; readonly submissionId: number }
  | { readonly kind: 'hold'; readonly cause: unknown }
  | { readonly kind: 'quarantine'; readonly reason: QuarantineReason; readonly detail: string };

export type MessageHandler = (delivery: Delivery) => Promise<Outcome>;

/** Decides for a submission; may throw, which is our own trouble. */
export type SubmissionHandler = (submissionId: number, redelivered: boolean) => Promise<Outcome>;

/** Never rejects: what is thrown below becomes `hold`. */
export function createMessageHandler(decide: SubmissionHandler): MessageHandler {
  return async ({ body, redelivered }) => {
    const message = parseMessage(body);
    if (message.kind === 'bad') {
      return { kind: 'quarantine', reason: message.reason, detail: message.detail };
    }
    try {
      return await decide(message.submissionId, redelivered);
    } catch (cause) {
      return { kind: 'hold', cause };
    }
  };
}
