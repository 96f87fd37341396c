import { setTimeout as sleep } from 'node:timers/promises';
import { Semaphore } from '../domain/concurrency/semaphore.js';
import type { BridgeSetting } from '../domain/cutover/bridge-control.js';
import { isInShare } from '../domain/grading/share-hash.js';
import { withDeadline } from '../platform/deadline.js';
import type { GradingStarter } from '../platform/temporal/grading-starter.js';
import { alreadyGradedWithinMs } from './grade.js';
import type { Outcome, SubmissionHandler } from './handle-message.js';

export interface RouterOptions {
  readonly setting: () => BridgeSetting;
  /** Starts the grading of a submission that is ours. */
  readonly grade: SubmissionHandler;
  readonly starter: Pick<GradingStarter, 'wasStarted'>;
  /** Temporal has been out of reach for FAIL_OPEN_AFTER: everything goes to the legacy workers. */
  readonly isFailOpen: () => boolean;
  readonly isEnded: () => boolean;
  /** A call to Temporal that may be given up before it ends; the connection must outlive it. */
  readonly onCall: (call: Promise<unknown>) => void;
}

const retryStartAfterMs = 250;
/** More would only queue up in the server, and the next setting, an abort perhaps, behind them. */
const startsAtATime = 16;
const lookTimeoutMs = 3_000;

/**
 * Decides for every message of the queue: ids in the share are graded here, the others are the legacy workers'.
 *
 * The setting that holds when its grading is about to start decides. A redelivered message may have been decided by another
 * setting before, so one whose grading is here already stays here whatever the share is now.
 *
 * While a start fails the message is kept in flight and tried again, until it works or the bridge fails open. A start that
 * was forwarded for lack of an answer may have happened all the same; then both sides grade it, and the verdict that is
 * told last stands.
 */
export function createRouter(options: RouterOptions): SubmissionHandler {
  const starts = new Semaphore(startsAtATime);
  return async (submissionId, redelivered) => {
    const start = async () => {
      // The share may have been taken back while it waited.
      if (!isOurs(submissionId, options.setting())) return undefined;
      try {
        return await untilFailOpen(options, options.grade(submissionId, redelivered));
      } catch (error) {
        if (options.isEnded()) throw error;
        await sleep(retryStartAfterMs);
        return undefined;
      }
    };
    for (;;) {
      if (!isOurs(submissionId, options.setting())) return leave(options, submissionId, redelivered);
      if (options.isFailOpen()) return { kind: 'forward', why: 'fail-open', submissionId };
      const outcome = await starts.run(start);
      if (outcome !== undefined) return outcome;
    }
  };
}

/** It is the legacy workers', unless its grading is here already. */
async function leave(options: RouterOptions, submissionId: number, redelivered: boolean): Promise<Outcome> {
  return redelivered && (await isHere(options, submissionId))
    ? { kind: 'ack', as: 'joined', submissionId }
    : { kind: 'forward', why: 'share', submissionId };
}

function isOurs(submissionId: number, { share, salt }: BridgeSetting): boolean {
  return isInShare(submissionId, share, salt, 'route');
}

async function isHere(options: RouterOptions, submissionId: number): Promise<boolean> {
  if (options.isFailOpen()) return false;
  const looking = options.starter.wasStarted(submissionId, alreadyGradedWithinMs);
  options.onCall(looking);
  try {
    return await withDeadline('look for a grading', lookTimeoutMs, looking);
  } catch {
    // A second grading by the legacy workers does less harm than a message that waits for us.
    return false;
  }
}

/** A server that does not answer at all keeps a start for ten seconds; failing open does not wait for that. */
async function untilFailOpen<Result>(options: RouterOptions, work: Promise<Result>): Promise<Result> {
  options.onCall(work);
  let timer: NodeJS.Timeout | undefined;
  const opened = new Promise<never>((_resolve, reject) => {
    timer = setInterval(() => {
      if (options.isFailOpen() || options.isEnded()) reject(new Error('Temporal does not answer'));
    }, retryStartAfterMs);
  });
  try {
    return await Promise.race([work, opened]);
  } finally {
    clearInterval(timer);
  }
}
