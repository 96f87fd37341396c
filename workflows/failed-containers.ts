import { isCancellation, log, patched } from '@temporalio/workflow';
import { describePause } from '../domain/grading/container-pause.js';
import type { GradingStep } from '../domain/grading/failure-type.js';
import { FailureType } from '../domain/grading/failure-type.js';
import { backoffDelayMs } from '../domain/retry/backoff.js';
import { describeFailure, hostFailure, isHostTimeout } from './failures.js';
import type { GradingState } from './grading-state.js';

/** A program that takes down this many hosts is not given another one. */
const maxHostLosses = 10;
/**
 * Between two containers. Also from the second lost one on: somebody who removes containers, an engine in trouble or a
 * Temporal that answers late takes ten within a minute, whatever program runs in them.
 */
const containerBackoff = { initialMs: 1000, maximumMs: 30_000 };

export interface Ungraded {
  readonly kind: 'ungraded';
  readonly type: FailureType;
  readonly step: GradingStep;
  readonly reason: string;
  /** Where it is the problem's fault: what the student reads. */
  readonly message?: string;
}

/** Another container is tried, after a pause. */
export interface TryAnother {
  readonly kind: 'try-another';
  /** Undefined in gradings that older releases began: at once, and whatever time is left. */
  readonly pauseMs: number | undefined;
  /** False where the time of this container is not taken from the budget for broken infrastructure. */
  readonly usesBudget: boolean;
}

/** The containers in which a grading failed, and what follows from each failure. */
export class FailedContainers {
  readonly #state: GradingState;
  #lastReason: string | undefined;
  /** Containers lost one after the other without a test judged. */
  #losses = 0;
  /** Steps that failed in a container that was there. */
  #failures = 0;

  constructor(state: GradingState) {
    this.#state = state;
  }

  /**
   * @param hasJudged whether a test was judged in the container.
   * @throws the error itself where nobody is left to tell of it.
   */
  followedBy(error: unknown, hasJudged: boolean): Ungraded | TryAnother {
    // Not cancelled from outside, so it was the deadline.
    if (isCancellation(error)) return this.outOfTime();
    const reason = describeFailure(error);
    this.#lastReason = reason;
    const { leases: leaseNumber } = this.#state;
    log.warn('moving to another container', { leaseNumber, step: this.#step(), reason });
    const kind = hostFailure(error);
    switch (kind) {
      case 'ungradable':
        return { ...this.#ungraded(FailureType.Ungradable, reason), message: reason };
      case 'submission-gone':
        throw error;
      case 'plan-changed':
        return this.#ungraded(FailureType.TestCaseNotFound, reason);
      case 'host-lost':
        return this.#lost(reason, isHostTimeout(error), hasJudged);
      case 'database-away':
      case 'step-failed':
        this.#failures += 1;
        return {
          kind: 'try-another',
          pauseMs: backoffDelayMs(containerBackoff, this.#failures),
          // Neither the source nor a System Error can pass: there is nobody to tell, and it is graded when the database is back.
          usesBudget: kind !== 'database-away',
        };
    }
  }

  outOfTime(): Ungraded {
    const last =
      this.#lastReason === undefined
        ? 'it had not ended when the deadline came'
        : `the last failure was: ${this.#lastReason}`;
    return this.#ungraded(FailureType.DeadlineExceeded, last);
  }

  /** For the web UI. */
  pauseSummary(): string {
    return describePause({ container: this.#state.leases + 1, reason: this.#lastReason ?? '' });
  }

  #lost(reason: string, withHost: boolean, hasJudged: boolean): Ungraded | TryAnother {
    const hasPauses = patched('pause-after-loss');
    if (withHost || !hasPauses) {
      this.#state.hostLosses += 1;
      const { hostLosses } = this.#state;
      if (hostLosses >= maxHostLosses) {
        return this.#ungraded(FailureType.LeaseLost, `${hostLosses} hosts were lost; the last: ${reason}`);
      }
    }
    if (!hasPauses) return { kind: 'try-another', pauseMs: undefined, usesBudget: true };
    // A program may kill its runner in every test: where a container judged any, no host is sick.
    if (hasJudged && patched('no-pause-after-progress')) this.#losses = 0;
    this.#losses += 1;
    const pauseMs = this.#losses === 1 ? 0 : backoffDelayMs(containerBackoff, this.#losses - 1);
    return { kind: 'try-another', pauseMs, usesBudget: true };
  }

  #ungraded(type: FailureType, reason: string): Ungraded {
    return { kind: 'ungraded', type, step: this.#step(), reason };
  }

  #step(): GradingStep {
    const { step } = this.#state.progress;
    return step === 'done' ? 'run' : step;
  }
}
