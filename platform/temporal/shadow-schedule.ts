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

/**
 * Creates or changes the schedule of continuous shadowing as the settings say, or removes it if nothing is to be
 * shadowed. Every worker does so at its start; the last one wins. A server that refuses is no reason not to grade.
 * @throws the client's error if the server cannot be reached.
 */
export async function ensureShadowSchedule(
  temporal: TemporalClient,
  input: ShadowSetInput | undefined,
  log: Logger,
): Promise<void> {
  const { client, connection } = temporal;
  const within = <Result>(call: () => Promise<Result>) =>
    connection.withDeadline(Date.now() + timeoutMs, call);
  const handle = client.schedule.getHandle(scheduleId);
  try {
    if (input === undefined) {
      await within(() => handle.delete()).catch(unlessNotFound);
      return;
    }
    const options = scheduleOf(input);
    try {
      await within(() => client.schedule.create({ scheduleId, ...options }));
    } catch (error) {
      if (!(error instanceof ScheduleAlreadyRunning)) throw error;
      // Keeps its state: a manual pause outlives restarts.
      await within(() => handle.update((previous) => ({ ...options, state: previous.state })));
    }
    log.info({ schedule: scheduleId, selection: input.selection }, 'continuous shadow grading is on');
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

function scheduleOf(input: ShadowSetInput) {
  return {
    spec: { intervals: [{ every: everyMs }] },
    action: {
      type: 'startWorkflow' as const,
      workflowType: shadowSetType,
      workflowId: 'shadow-sweep',
      taskQueue: gradingQueue,
      args: [input],
    },
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: everyMs },
  };
}

/** In words. */
export function describeSweep({ share, lookBackMs }: ShadowSweep): string {
  return `${formatShare(share)} of what was handed in within ${lookBackMs / 3_600_000} h`;
}

function unlessNotFound(error: unknown): void {
  if (!(error instanceof ScheduleNotFoundError)) throw error;
}
