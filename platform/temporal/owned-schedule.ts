import { ScheduleAlreadyRunning, ScheduleNotFoundError, ScheduleOverlapPolicy } from '@temporalio/client';
import type { Logger } from '../process/logger.js';
import type { TemporalClient } from './connection.js';
import { isRefusal } from './grpc-status.js';

/** A schedule that workers keep as their settings say. */
export interface OwnedSchedule {
  readonly scheduleId: string;
  /** What it does, in words. */
  readonly what: string;
  /** The setting that is without it. */
  readonly off: string;
}

/** The workflow that it starts, and how often. One that still runs is not started again. */
export interface ScheduledAction {
  readonly everyMs: number;
  readonly workflowType: string;
  readonly workflowId: string;
  readonly taskQueue: string;
  readonly input: object;
}

const timeoutMs = 10_000;

/** Who makes the schedule, kept with it. */
const ownerKey = 'SetBy';

/**
 * Makes the schedule, or changes it. Every worker that wants one does so when it starts, and owns it from then on; the last
 * one counts. Where none is wanted, a worker removes the schedule only if its own host has set it last: another
 * worker's or a person's is left as it is. A server that refuses is no reason not to grade.
 * @throws what the client throws when the server cannot be reached.
 */
export async function ensureOwnedSchedule(
  temporal: TemporalClient,
  hostId: string,
  schedule: OwnedSchedule,
  action: ScheduledAction | undefined,
  log: Logger,
): Promise<void> {
  try {
    if (action === undefined) await removeOwn(temporal, hostId, schedule, log);
    else await set(temporal, hostId, schedule, action, log);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    // Nothing wanted, nothing there.
    if (action === undefined) return;
    log.warn({ err: error }, `temporal does not let us make a schedule: there is no ${schedule.what}`);
  }
}

async function set(
  temporal: TemporalClient,
  hostId: string,
  { scheduleId, what }: OwnedSchedule,
  action: ScheduledAction,
  log: Logger,
): Promise<void> {
  const { schedule } = temporal.client;
  const options = optionsOf(action, hostId);
  try {
    await within(temporal, () => schedule.create({ scheduleId, ...options }));
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    // Its state is kept: a pause by hand outlives restarts.
    const handle = schedule.getHandle(scheduleId);
    await within(temporal, () => handle.update((previous) => ({ ...options, state: previous.state })));
  }
  log.info({ schedule: scheduleId, input: action.input }, `${what} is on`);
}

async function removeOwn(
  temporal: TemporalClient,
  hostId: string,
  { scheduleId, what, off }: OwnedSchedule,
  log: Logger,
): Promise<void> {
  const handle = temporal.client.schedule.getHandle(scheduleId);
  try {
    const { action } = await within(temporal, () => handle.describe());
    const setBy = action.memo?.[ownerKey];
    if (setBy === hostId) {
      await within(temporal, () => handle.delete());
      log.info({ schedule: scheduleId }, `${what} is off`);
      return;
    }
    log.warn(
      {
        schedule: scheduleId,
        setBy: setBy ?? 'unknown',
        remedy: `temporal schedule delete --schedule-id ${scheduleId} --namespace ${temporal.namespace} --address ${temporal.address}`,
      },
      `this worker has ${off}, but another one has set ${what}: it goes on`,
    );
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
  }
}

function within<Result>({ connection }: TemporalClient, call: () => Promise<Result>): Promise<Result> {
  return connection.withDeadline(Date.now() + timeoutMs, call);
}

function optionsOf({ everyMs, input, ...workflow }: ScheduledAction, hostId: string) {
  return {
    spec: { intervals: [{ every: everyMs }] },
    action: {
      type: 'startWorkflow' as const,
      ...workflow,
      args: [input],
      memo: { [ownerKey]: hostId },
    },
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: Math.max(everyMs, 10_000) },
  };
}
