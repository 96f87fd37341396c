import type { ActivityOptions } from '@temporalio/workflow';
import { proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../activities/create-activities.js';
import type { RejudgeActivities } from '../activities/create-rejudge-activities.js';
import { FailureType } from '../domain/grading/failure-type.js';
import { gradingQueue, sandboxQueue } from '../domain/grading/grading-workflow.js';
import { batchTimeoutMs } from '../domain/judging/limits.js';

/** A host that is silent for longer loses its work to another one. */
const hostSilence = '5s';
/** A host whose own queue goes unserved for longer counts as lost. */
const hostPickup = '30s';
/** The server knows timeouts under these type names; a lost host is not worth another attempt there. */
const hostLossTypes = ['TemporalTimeout:Heartbeat', 'TemporalTimeout:ScheduleToStart'];

/** No attempt limit: as long as the database is away there is nobody to tell. */
export const loading: ActivityOptions = {
  taskQueue: gradingQueue,
  startToCloseTimeout: '10s',
  retry: { initialInterval: '500ms', maximumInterval: '30s' },
};

/** A database that answers does so within milliseconds. A task that waits for longer keeps others from a slot. */
export const loadingLocallyMs = 2_000;

/** No limit either: waiting for a free container is the back-pressure. */
export const acquiring: ActivityOptions = {
  taskQueue: sandboxQueue,
  startToCloseTimeout: '60s',
  heartbeatTimeout: hostSilence,
  retry: { initialInterval: '500ms', maximumInterval: '10s' },
};

/** Generous, as waiting for a core of the host is part of it; the sandbox bounds the compiler itself. */
export const compiling: ActivityOptions = {
  startToCloseTimeout: '5m',
  heartbeatTimeout: hostSilence,
  retry: { initialInterval: '500ms', maximumAttempts: 3, nonRetryableErrorTypes: hostLossTypes },
};

/** As compiling, for as long as so many tests may take. */
export function running(testCount: number, timeLimitMs: number): ActivityOptions {
  return { ...compiling, startToCloseTimeout: batchTimeoutMs(testCount, timeLimitMs) };
}

/**
 * What takes longer is killed, and runs again as an activity: a cancellation, and a request to grade again, reach a
 * workflow only between its tasks.
 */
export const runningLocallyMs = 1_000;

/** The verdict waits for it. */
export const releasingLocallyMs = 1_000;

/** Of a lost host there is nothing to release; the end of the workflow does not wait for it long. */
export const releasing: ActivityOptions = {
  startToCloseTimeout: '30s',
  scheduleToStartTimeout: '10s',
  retry: { initialInterval: '500ms', maximumAttempts: 3 },
};

/** Until it works: the verdict exists and must not be lost. */
export const recording: ActivityOptions = {
  taskQueue: gradingQueue,
  startToCloseTimeout: '30s',
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
  retry: { initialInterval: '500ms', maximumInterval: '30s' },
};

/** As loading. It has no effect in its last second: its task may be over by then. */
export const recordingLocallyMs = 2_000;

/**
 * Until the backend answers; 404 is an answer. A cancellation waits for the attempt that is under way: it must not
 * overtake the delivery of a newer verdict, and its id is free again only then.
 */
export const notifying: ActivityOptions = {
  taskQueue: gradingQueue,
  startToCloseTimeout: '15s',
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
  retry: {
    initialInterval: '1s',
    // A verdict is told within a minute of the backend's return, however long it was away.
    maximumInterval: '45s',
    nonRetryableErrorTypes: [FailureType.SubmissionNotFound],
  },
};

/** Outputs kept by reference can be read where they were written only. */
export function onHost(options: ActivityOptions, hostQueue: string): ActivityOptions {
  return { scheduleToStartTimeout: hostPickup, ...options, taskQueue: hostQueue };
}

/** The activities under one set of options, shown in the web UI by an id and a summary. */
export function activities(options: ActivityOptions, activityId: string, summary: string) {
  return proxyActivities<Activities>({ ...options, activityId, summary });
}

/** The same for the activities that only rejudgings use. */
export function rejudgeActivities(options: ActivityOptions, activityId: string, summary: string) {
  return proxyActivities<RejudgeActivities>({ ...options, activityId, summary });
}
