import { ScheduleAlreadyRunning, ScheduleNotFoundError, ScheduleOverlapPolicy } from '@temporalio/client';
import { gradingQueue } from '../../domain/grading/grading-workflow.js';
import { formatShare } from '../../domain/grading/share.js';
import type { ShadowSetInput, ShadowSweep } from '../../domain/parity/shadow-set.js';
import { shadowSetType } from '../../domain/parity/shadow-set.js';
import type { Logger } from '../process/logger.js';
import type { TemporalClient } from './connection.js';
import { isRefusal } from './grpc-status.js';

const scheduleId = 'shadow';
const everyMs = 60_000;
const timeoutMs = 10_000;

/** Who makes the schedule, kept with it. */
const ownerKey = 'SetBy';

/**
 * Makes the schedule of the continuous shadow as the settings say, or changes it. Every worker with a share does so when
 * it starts, and owns it from then on; the last one counts. Where nothing is to be shadowed, a worker removes the
 * schedule only if its own host has set it last: another worker's or a person's is left as it is.
 * A server that refuses is no reason not to grade.
 * @throws what the client throws when the server cannot be reached.
 */
export async function ensureShadowSchedule(
  temporal: TemporalClient,
  hostId: string,
  input: ShadowSetInput | undefined,
  log: Logger,
): Promise<void> {
  try {
    if (input === undefined) await removeOwn(temporal, hostId, log);
    else await set(temporal, hostId, input, log);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    // Nothing wanted, nothing there.
    if (input === undefined) return;
    log.warn(
      { err: error },
      'temporal does not let us make a schedule: there is no continuous shadow grading',
    );
  }
}

async function set(
  temporal: TemporalClient,
  hostId: string,
  input: ShadowSetInput,
  log: Logger,
): Promise<void> {
  const { schedule } = temporal.client;
  const options = scheduleOf(input, hostId);
  try {
    await within(temporal, () => schedule.create({ scheduleId, ...options }));
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    // Its state is kept: a pause by hand outlives restarts.
    const handle = schedule.getHandle(scheduleId);
    await within(temporal, () => handle.update((previous) => ({ ...options, state: previous.state })));
  }
  log.info({ schedule: scheduleId, selection: input.selection }, 'continuous shadow grading is on');
}

async function removeOwn(temporal: TemporalClient, hostId: string, log: Logger): Promise<void> {
  const handle = temporal.client.schedule.getHandle(scheduleId);
  try {
    const { action } = await within(temporal, () => handle.describe());
    const setBy = action.memo?.[ownerKey];
    if (setBy === hostId) {
      await within(temporal, () => handle.delete());
      log.info({ schedule: scheduleId }, 'continuous shadow grading is off');
      return;
    }
    log.warn(
      {
        schedule: scheduleId,
        setBy: setBy ?? 'unknown',
        remedy: `temporal schedule delete --schedule-id ${scheduleId} --namespace ${temporal.namespace} --address ${temporal.address}`,
      },
      'this worker has SHADOW_SHARE=0%, but another one has set continuous shadow grading: it goes on',
    );
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
  }
}

function within<Result>({ connection }: TemporalClient, call: () => Promise<Result>): Promise<Result> {
  return connection.withDeadline(Date.now() + timeoutMs, call);
}

function scheduleOf(input: ShadowSetInput, hostId: string) {
  return {
    spec: { intervals: [{ every: everyMs }] },
    action: {
      type: 'startWorkflow' as const,
      workflowType: shadowSetType,
      workflowId: 'shadow-sweep',
      taskQueue: gradingQueue,
      args: [input],
      memo: { [ownerKey]: hostId },
    },
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: everyMs },
  };
}

/** In words. */
export function describeSweep({ share, lookBackMs }: ShadowSweep): string {
  return `${formatShare(share)} of what was handed in within ${lookBackMs / 3_600_000} h`;
}
