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
  /** The quarantine queue did not take a bad message. */
  quarantineRefused(quarantine: string, reason: string): void;
  /** Why bad messages stay in the queue, in an operator's words; undefined while quarantine takes them. */
  quarantineTrouble(): string | undefined;
}

/** Bad messages that are still there come again within this time. */
const troubleLastsMs = 60_000;

export function createMessageCounters(log: Logger): MessageCounters {
  let refusal: { readonly why: string; readonly at: number } | undefined;
  const quarantineTrouble = (): string | undefined =>
    refusal !== undefined && Date.now() - refusal.at < troubleLastsMs ? refusal.why : undefined;
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
    quarantineRefused(quarantine, reason) {
      const why = `${quarantine} does not take messages (${reason}), so bad ones stay in the queue, behind the good ones: it is full by a policy with max-length, or may not be declared; see grader quarantine list, and rabbitmqctl list_policies`;
      if (quarantineTrouble() !== why) log.error(why);
      refusal = { why, at: Date.now() };
    },
    quarantineTrouble,
    settled(outcome) {
      switch (outcome.kind) {
        case 'quarantine':
          counts.quarantined += 1;
          refusal = undefined;
          log.warn({ reason: outcome.reason, detail: outcome.detail }, 'message quarantined');
          return;
        case 'forward':
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

/** What every line about a grading carries; the bridge's step comes before those of the workflow. */
function about(submissionId: number) {
  return { submissionId, workflowId: gradeWorkflowId(submissionId), step: 'bridge' };
}
