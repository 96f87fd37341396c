import type { ActivityOptions } from '@temporalio/workflow';
import { CancellationScope, patched, workflowInfo } from '@temporalio/workflow';
import type { Activities } from '../activities/create-activities.js';
import type { DeliverResultInput, ResultReport } from '../activities/deliver-result.js';
import { FailureType } from '../domain/grading/failure-type.js';
import type { InlineOrStoredText } from '../domain/judging/test-report.js';
import { activities, notifying, onHost, recording, recordingLocallyMs } from './activity-options.js';
import { failureType, isHostTimeout, missingOutputs } from './failures.js';
import type { LocalSteps } from './local-steps.js';
import type { GradingProgress } from './progress.js';

/**
 * Steps 6 and 7. Results that refer to stored outputs are delivered by the host that has them.
 * Recording, once begun, is finished even when the grading is cancelled, unless the database does not take it: then
 * the backend is told beside further attempts, as it writes the same rows.
 * @param isRecorded by the run that this one replays.
 * @returns test cases whose stored output could not be read; empty when all was delivered.
 */
export async function deliver(
  result: DeliverResultInput,
  hostQueue: string | undefined,
  progress: GradingProgress,
  steps: LocalSteps,
  isRecorded = false,
): Promise<readonly (number | null)[]> {
  const references = referencedTests(result);
  const local = references.length > 0 && result.missingOutputs === 'fail' ? hostQueue : undefined;
  const delivery = new Delivery(result, local, steps);
  try {
    let state: RecordState = 'recorded';
    if (!isRecorded) {
      progress.entered('record');
      state = await delivery.record();
    }
    progress.entered('notify');
    await (state === 'recorded' ? delivery.notify() : delivery.notifyUnrecorded(state));
    return [];
  } catch (error) {
    const missing = missingOutputs(error);
    if (missing !== undefined && missing.length > 0) return missing;
    if (local !== undefined && isHostTimeout(error)) return references;
    throw error;
  }
}

/** `refused`: it will never be written, for this reason. */
type RecordState = 'recorded' | 'postponed' | { readonly refused: unknown };

class Delivery {
  readonly #result: DeliverResultInput;
  readonly #host: string | undefined;
  readonly #steps: LocalSteps;
  #isNotified = false;

  constructor(result: DeliverResultInput, host: string | undefined, steps: LocalSteps) {
    this.#steps = steps;
    this.#result = result;
    this.#host = host;
  }

  async record(): Promise<RecordState> {
    try {
      const durable = () => this.#activities(recording, 'record', this.#summary).recordResult(this.#result);
      const local = {
        maxMs: recordingLocallyMs,
        summary: this.#summary,
        run: (steps: Activities) => steps.recordResult(this.#result),
      };
      const { postponed } = await CancellationScope.nonCancellable(() =>
        this.#host === undefined ? this.#steps.first(local, durable) : durable(),
      );
      return postponed === undefined ? 'recorded' : 'postponed';
    } catch (error) {
      // There is nothing better to tell in place of a System Error.
      const isLastWord =
        this.#result.systemError !== undefined && failureType(error) === FailureType.ResultRefused;
      if (isLastWord && patched('notify-refused-system-error')) return { refused: error };
      throw error;
    }
  }

  async notify(): Promise<void> {
    const told = { ...this.#result, startedAt: workflowInfo().startTime.getTime() };
    await this.#activities(notifying, 'notify', 'notify the backend').notifyBackend(told);
    this.#isNotified = true;
  }

  async notifyUnrecorded(state: Exclude<RecordState, 'recorded'>): Promise<void> {
    if (state !== 'postponed') {
      await this.notify();
      throw state.refused;
    }
    await CancellationScope.cancellable(async () => {
      const scope = CancellationScope.current();
      const both = [this.notify(), this.#recordLate()];
      try {
        await Promise.all(both);
      } catch (error) {
        // What ends one ends the other; an attempt that is under way may deliver the verdict all the same.
        scope.cancel();
        await Promise.allSettled(both);
        // A verdict that the backend has stored is not replaced by a System Error.
        if (!this.#isNotified || failureType(error) !== FailureType.ResultRefused) throw error;
      }
    });
  }

  async #recordLate(): Promise<void> {
    const input = { ...this.#result, untilRecorded: true } as const;
    await this.#activities(recording, 'record-late', this.#summary).recordResult(input);
  }

  get #summary(): string {
    return `record ${this.#result.overallStatus}`;
  }

  #activities(options: ActivityOptions, activityId: string, summary: string) {
    return activities(this.#host === undefined ? options : onHost(options, this.#host), activityId, summary);
  }
}

/** Those of which a text is kept on a host. */
export function referencedTests({ results, stored = [] }: DeliverResultInput): readonly (number | null)[] {
  const apart = stored.flatMap(({ rows }) => rows.map(([testCaseId]) => testCaseId));
  return [...results.filter(hasReference).map((report) => report.testCaseId), ...apart];
}

function hasReference(report: ResultReport): boolean {
  return isReference(report.output) || isReference(report.errorMessage);
}

function isReference(kept: InlineOrStoredText | null): boolean {
  return kept !== null && typeof kept !== 'string';
}
