import { Context } from '@temporalio/activity';
import { OurFault } from '../domain/grading/step-error.js';
import { workflowTaskTimeoutMs } from '../domain/grading/task-time.js';
import type { StallWatch } from './stall-watch.js';
import { noticedStallMs } from './stall-watch.js';

/** Thrown instead of an effect that may come too late; the server makes, or has made, another attempt. */
export class AttemptExpiredError extends OurFault {
  override readonly name = 'AttemptExpiredError';
}

/** Keeps an attempt that may be over from acting on the outside world. */
export interface AttemptFence {
  /**
   * Called right before each effect.
   * @throws AttemptExpiredError where the attempt may be over
   */
  assertCurrent(): void;
}

/** From the effect's last check until it has happened, and the clocks' slack. */
const effectMs = 1_000;
/** A task that waited in this process while it stood still begins this soon after. */
const deliveryMs = 2_000;

/**
 * Fences an attempt off once the server may have given it up: a frozen process that wakes up must not overwrite what
 * was written meanwhile. The attempt counts as over when its start-to-close time is nearly used up, or when the process
 * stood still during it or just before, as nobody knows how long its task was under way then. The clock of the
 * server is not compared with ours: hosts whose clocks differ still grade.
 *
 * A step within a workflow task is over with that task: it counts as over once it is cancelled, and the process may
 * have stood still for less long, at any time of the task.
 */
export function fenceAttempt(stalls: StallWatch): AttemptFence {
  const { info, cancellationSignal } = Context.current();
  const { startToCloseTimeoutMs, isLocal } = info;
  const enteredAt = performance.now();
  const { unseenStallMs, underWayMs, lastStallEnd } = isLocal
    ? { unseenStallMs: 0, underWayMs: workflowTaskTimeoutMs, lastStallEnd: () => stalls.lastShortEnd() }
    : { unseenStallMs: noticedStallMs, underWayMs: deliveryMs, lastStallEnd: () => stalls.lastEnd() };
  const usableMs = startToCloseTimeoutMs - effectMs - unseenStallMs;
  return {
    assertCurrent() {
      if (isLocal && cancellationSignal.aborted) {
        throw new AttemptExpiredError('The workflow task of this step is over. Another attempt is made.');
      }
      const stalledUntil = lastStallEnd();
      if (stalledUntil !== undefined && stalledUntil > enteredAt - underWayMs) {
        throw new AttemptExpiredError(
          'The worker process stood still for a while (frozen, suspended or starved of CPU), so this attempt may be over and does nothing. Another attempt is made.',
        );
      }
      const usedMs = performance.now() - enteredAt;
      if (usedMs > usableMs) {
        throw new AttemptExpiredError(
          `This attempt has used ${Math.round(usedMs)} of ${startToCloseTimeoutMs} ms before its effect and does nothing any more. Another attempt is made.`,
        );
      }
    },
  };
}
