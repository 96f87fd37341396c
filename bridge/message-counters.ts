import type { BridgeCounts } from '../domain/cutover/bridge-report.js';
import { gradeWorkflowId } from '../domain/grading/grading-workflow.js';
import type { Logger } from '../platform/process/logger.js';
import type { Settled } from './outcome.js';

/** Counts messages and logs what became of them. */
export interface MessageCounters {
  counts(): BridgeCounts;
  /** Called for each message that is taken; then either `settled` or `givenBack` is. */
  received(): void;
  /** It was not acked: the broker delivers it again. */
  givenBack(): void;
  /** Temporal did not take a grading, or the database did not answer. */
  held(): void;
  /** After the ack was written. */
  settled(outcome: Settled): void;
  /** It came back so often that its queue might drop it; a copy is in the queue in its place. */
  renewed(returns: number): void;
  /** The quarantine queue did not take a bad message, or that of the legacy workers one of theirs. */
  refused(whose: RefusedMessage, queue: string, reason: string): void;
  /** Why such messages stay in the queue, in an operator's words; undefined while they are taken. */
  refusal(): string | undefined;
}

export type RefusedMessage = 'quarantine' | 'legacy';

/** Messages that are still there come again within this time. */
const refusalLastsMs = 60_000;

export function createMessageCounters(log: Logger): MessageCounters {
  const refusals = new Map<RefusedMessage, { readonly why: string; readonly at: number }>();
  const refusalBy = (whose: RefusedMessage): string | undefined => {
    const refusal = refusals.get(whose);
    return refusal !== undefined && performance.now() - refusal.at < refusalLastsMs ? refusal.why : undefined;
  };
  const counts = {
    received: 0,
    givenBack: 0,
    started: 0,
    joined: 0,
    forwarded: 0,
    failedOpen: 0,
    quarantined: 0,
    held: 0,
  };
  return {
    counts: () => ({ ...counts }),
    received() {
      counts.received += 1;
    },
    givenBack() {
      counts.givenBack += 1;
    },
    held() {
      counts.held += 1;
    },
    renewed(returns) {
      log.warn(
        { returns },
        'message written anew at the end of its queue, which may drop what comes back often',
      );
    },
    refused(whose, queue, reason) {
      const why = `${queue} does not take messages (${reason}), so ${remedies[whose]}`;
      if (refusalBy(whose) !== why) log.error(why);
      refusals.set(whose, { why, at: performance.now() });
    },
    refusal: () => refusalBy('legacy') ?? refusalBy('quarantine'),
    settled(outcome) {
      switch (outcome.kind) {
        case 'quarantine':
          counts.quarantined += 1;
          refusals.delete('quarantine');
          log.warn({ reason: outcome.reason, detail: outcome.detail }, 'message quarantined');
          return;
        case 'forward':
          refusals.delete('legacy');
          counts.forwarded += 1;
          if (outcome.why === 'fail-open') counts.failedOpen += 1;
          log.debug({ ...about(outcome.submissionId), why: outcome.why }, 'message forwarded');
          return;
        case 'ack':
          counts[outcome.as] += 1;
          log.info({ ...about(outcome.submissionId), outcome: outcome.as }, 'message acked');
      }
    },
  };
}

const remedies: Readonly<Record<RefusedMessage, string>> = {
  quarantine:
    'bad ones stay in the queue, behind the good ones: it is full by a policy with max-length, or may not be declared; see grader quarantine list, and rabbitmqctl list_policies',
  legacy:
    'what is the legacy workers’ stays in the queue, behind the others: it is full by a max-length, or may not be declared; see whether a legacy worker takes from it, and rabbitmqctl list_queues name messages arguments policy',
};

/** What every line about a grading carries; the bridge's step comes before those of the workflow. */
function about(submissionId: number) {
  return { submissionId, workflowId: gradeWorkflowId(submissionId), step: 'bridge' };
}
