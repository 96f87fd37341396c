import { gradingQueue } from '../../domain/grading/grading-workflow.js';
import { formatShare } from '../../domain/grading/share.js';
import type { ShadowSetInput, ShadowSweep } from '../../domain/parity/shadow-set.js';
import { shadowSetType } from '../../domain/parity/shadow-set.js';
import type { Logger } from '../process/logger.js';
import type { TemporalClient } from './connection.js';
import type { OwnedSchedule, ScheduledAction } from './owned-schedule.js';
import { ensureOwnedSchedule } from './owned-schedule.js';

const everyMs = 60_000;

const schedule: OwnedSchedule = {
  scheduleId: 'shadow',
  what: 'continuous shadow grading',
  off: 'SHADOW_SHARE=0%',
};

/** Makes the schedule of the continuous shadow as the settings say, or changes or removes it: see `ensureOwnedSchedule`. */
export function ensureShadowSchedule(
  temporal: TemporalClient,
  hostId: string,
  input: ShadowSetInput | undefined,
  log: Logger,
): Promise<void> {
  return ensureOwnedSchedule(temporal, hostId, schedule, input && scheduleOf(input), log);
}

function scheduleOf(input: ShadowSetInput): ScheduledAction {
  return { everyMs, workflowType: shadowSetType, workflowId: 'shadow-sweep', taskQueue: gradingQueue, input };
}

/** In words. */
export function describeSweep({ share, lookBackMs }: ShadowSweep): string {
  return `${formatShare(share)} of what was handed in within ${lookBackMs / 3_600_000} h`;
}
