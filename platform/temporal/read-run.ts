import type { WorkflowHandle } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { z } from 'zod';
import type { GradingStep } from '../../domain/grading/failure-type.js';

export type RunHistory = Awaited<ReturnType<WorkflowHandle['fetchHistory']>>;
type HistoryEvent = NonNullable<RunHistory['events']>[number];
type Payload = Parameters<typeof defaultPayloadConverter.fromPayload>[0];
/** As the SDK writes it. */
const localActivitySchema = z.object({ activity_type: z.string() });

type Failure = NonNullable<HistoryEvent['workflowExecutionFailedEventAttributes']>['failure'];

/** A scheduled step, with its result if it succeeded. */
export interface HistoryStep {
  readonly activity: string;
  readonly input: unknown;
  readonly completed: boolean;
  readonly result: unknown;
}

/** What a history says, without the workflow's code. */
export interface RunRecord {
  readonly input: unknown;
  /** Ordered by their end; unfinished ones last, ordered by their start. */
  readonly steps: readonly HistoryStep[];
  readonly failure: { readonly step?: GradingStep; readonly reason: string } | undefined;
}

/** Reads the history of a closed run, of this or an older version of the workflow. */
export function readRun({ events }: RunHistory): RunRecord {
  const open = new Map<string, Omit<HistoryStep, 'completed' | 'result'>>();
  const steps: HistoryStep[] = [];
  let input: unknown;
  let failure: RunRecord['failure'];
  for (const event of events ?? []) {
    const started = event.workflowExecutionStartedEventAttributes;
    if (started) input = firstOf(started.input?.payloads);
    const scheduled = event.activityTaskScheduledEventAttributes;
    if (scheduled) {
      const activity = scheduled.activityType?.name ?? '';
      open.set(String(event.eventId), { activity, input: firstOf(scheduled.input?.payloads) });
    }
    const completed = event.activityTaskCompletedEventAttributes;
    const step = completed && open.get(String(completed.scheduledEventId));
    if (completed && step) {
      open.delete(String(completed.scheduledEventId));
      steps.push({ ...step, completed: true, result: firstOf(completed.result?.payloads) });
    }
    const local = localStep(event);
    if (local) steps.push(local);
    failure = endOf(event) ?? failure;
  }
  for (const step of open.values()) steps.push({ ...step, completed: false, result: undefined });
  return { input, steps, failure };
}

/** Of a local activity the history keeps the result alone; one that failed is followed by an activity. */
function localStep({ markerRecordedEventAttributes: marker }: HistoryEvent): HistoryStep | undefined {
  if (marker?.markerName !== 'core_local_activity' || marker.failure) return undefined;
  const about = localActivitySchema.safeParse(firstOf(marker.details?.data?.payloads));
  if (!about.success) return undefined;
  const result = firstOf(marker.details?.result?.payloads);
  return { activity: about.data.activity_type, input: undefined, completed: true, result };
}

function endOf(event: HistoryEvent): RunRecord['failure'] {
  const failed = event.workflowExecutionFailedEventAttributes;
  if (failed) return described(failed.failure);
  if (event.workflowExecutionTimedOutEventAttributes) return { reason: 'the workflow timed out' };
  const terminated = event.workflowExecutionTerminatedEventAttributes;
  if (terminated) return { reason: `terminated: ${terminated.reason || 'no reason given'}` };
  return event.workflowExecutionCanceledEventAttributes ? { reason: 'cancelled' } : undefined;
}

/** Our own failures carry the step in their details; runs of older versions end with an activity's failure. */
function described(failure: Failure): { step?: GradingStep; reason: string } {
  const details = firstOf(failure?.applicationFailureInfo?.details?.payloads);
  const step =
    typeof details === 'object' && details !== null && 'step' in details ? details.step : undefined;
  const activity = [failure, failure?.cause].find((each) => each?.activityFailureInfo);
  const cause = activity?.cause ?? failure;
  const reason = cause?.message ?? 'no reason given';
  return typeof step === 'string' ? { step: step as GradingStep, reason } : { reason };
}

function firstOf(payloads: readonly Payload[] | null | undefined): unknown {
  const payload = payloads?.[0];
  if (payload === undefined) return undefined;
  try {
    return defaultPayloadConverter.fromPayload(payload);
  } catch {
    // Encrypted or in another encoding: treated as missing.
    return undefined;
  }
}
