import type { QuarantineReason } from './message.js';

/**
 * What becomes of a message; there is no sixth way.
 * - `ack`: its grading is durable.
 * - `forward`: it is the legacy workers': it goes to their queue unchanged, and is acked when that is confirmed.
 * - `quarantine`: no retry would help. It goes to the quarantine queue unchanged, with the reason.
 * - `give-back`: the mode is off, or the backlog full: it returns to the queue untouched.
 * - `hold`: our own trouble. The message stays with the broker and consuming stops until the trouble is over.
 */
export type Outcome =
  | Settled
  | { readonly kind: 'give-back' }
  | { readonly kind: 'hold'; readonly cause: unknown };

/** The ways that end with an ack. */
export type Settled =
  | {
      readonly kind: 'ack';
      readonly as: 'started' | 'joined';
      readonly submissionId: number;
    }
  | { readonly kind: 'forward'; readonly why: 'share' | 'fail-open'; readonly submissionId: number }
  | { readonly kind: 'quarantine'; readonly reason: QuarantineReason; readonly detail: string };

/** `again`: nothing was done. The setting has changed meanwhile, or a start failed and is to be tried again. */
export type Decision = Outcome | { readonly kind: 'again' };
