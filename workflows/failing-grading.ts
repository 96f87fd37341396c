import { ActivityFailure, ApplicationFailure, isCancellation } from '@temporalio/workflow';
import type { DeliverResultInput } from '../activities/deliver-result.js';
import type { GradingStep } from '../domain/grading/failure-type.js';
import { FailureType } from '../domain/grading/failure-type.js';
import { systemErrorMessage } from '../domain/judging/messages.js';
import { Status } from '../domain/judging/status.js';
import { deliver } from './deliver.js';
import { describeFailure, failure, failureType } from './failures.js';
import { wholeResult } from './grading-result.js';
import type { LocalSteps } from './local-steps.js';
import type { GradingProgress } from './progress.js';
import type { RegradeRequests } from './regrade-requests.js';
import type { ShownGrading } from './shown-grading.js';

/** How a grading ends that comes to no verdict: the student gets a System Error, then the workflow fails. */
export class FailingGrading {
  readonly #submissionId: number;
  readonly #shown: ShownGrading;
  readonly #progress: GradingProgress;
  readonly #requests: RegradeRequests;
  readonly #local: LocalSteps;
  #failedStep: GradingStep | undefined;
  /** Why a System Error did not reach the platform. */
  #notNotified: string | undefined;

  constructor(
    submissionId: number,
    shown: ShownGrading,
    progress: GradingProgress,
    requests: RegradeRequests,
    local: LocalSteps,
  ) {
    this.#local = local;
    this.#submissionId = submissionId;
    this.#shown = shown;
    this.#progress = progress;
    this.#requests = requests;
  }

  /** Another attempt would fail in the same way: the student gets a System Error, then the workflow fails. */
  async failAt(error: unknown, type: FailureType, step: GradingStep): Promise<never> {
    if (failureType(error) !== type) throw error;
    await this.systemError(systemErrorMessage(step), { type, step });
    return this.fail(
      step,
      type,
      `Grading ended without a verdict at step ${step}: ${describeFailure(error)}`,
    );
  }

  /** Told to the student before the workflow fails. */
  async systemError(
    message: string,
    { type, step }: NonNullable<DeliverResultInput['systemError']>,
  ): Promise<void> {
    this.#failedStep = undefined;
    this.#shown.judged({ verdict: Status.SystemError, score: 0 });
    const result: DeliverResultInput = {
      submissionId: this.#submissionId,
      overallStatus: Status.SystemError,
      results: [wholeResult(Status.SystemError, message)],
      missingOutputs: 'show-preview',
      systemError: { type, step },
    };
    try {
      await this.#requests.interrupt(() => deliver(result, undefined, this.#progress, this.#local));
    } catch (error) {
      if (isCancellation(error)) throw error;
      // The first failure is the one to report.
      this.#notNotified = describeFailure(error);
    }
  }

  fail(step: GradingStep, type: FailureType, message: string): never {
    this.#failedStep = step;
    const notNotified =
      this.#notNotified === undefined
        ? ''
        : ` (the System Error could not be delivered: ${this.#notNotified})`;
    throw failure({
      type,
      message: `${message}${notNotified}`,
      details: [{ step }],
    });
  }

  /**
   * Names the step that was under way, for the list of failed gradings and in what is shown of this one.
   * @returns what the workflow is to fail with: a failure that tells step and cause. Anything else is a mistake in
   * this code; thrown as it is, it stops the workflow task, and the grading goes on once it is fixed.
   */
  failureOf(error: unknown): unknown {
    const underWay = this.#progress.step;
    const step = this.#failedStep ?? (underWay === 'done' ? 'release' : underWay);
    this.#shown.failed(step, error);
    if (this.#failedStep !== undefined) return error;
    if (!(error instanceof ActivityFailure || error instanceof ApplicationFailure)) return error;
    return failure({
      type: failureType(error) ?? FailureType.Infrastructure,
      message: `Grading failed at step ${step}: ${describeFailure(error)}`,
      details: [{ step }],
      cause: error,
    });
  }
}
