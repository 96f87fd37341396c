import { z } from 'zod';
import { gradingQueue } from '../../domain/grading/grading-workflow.js';
import type { SweepMode, SweepReport } from '../../domain/grading/sweep-report.js';
import { sweepMemo, sweepType } from '../../domain/grading/sweep-report.js';
import type { Logger } from '../process/logger.js';
import type { TemporalClient } from './connection.js';
import type { OwnedSchedule } from './owned-schedule.js';
import { ensureOwnedSchedule } from './owned-schedule.js';

const schedule: OwnedSchedule = { scheduleId: 'sweep', what: 'sweeping', off: 'SWEEP=off' };

/** As `grader sweep` where nothing is said. */
const olderThanMs = 15 * 60_000;
const timeoutMs = 10_000;

/** Makes the schedule of the sweeper as the settings say, or changes or removes it: see `ensureOwnedSchedule`. */
export function ensureSweepSchedule(
  temporal: TemporalClient,
  hostId: string,
  {
    sweepMode: mode,
    sweepEveryMs: everyMs,
  }: { readonly sweepMode: SweepMode; readonly sweepEveryMs: number },
  log: Logger,
): Promise<void> {
  const input = { isStarting: mode === 'start', olderThanMs };
  const workflow = { workflowType: sweepType, workflowId: 'sweep', taskQueue: gradingQueue };
  const action = mode === 'off' ? undefined : { everyMs, ...workflow, input };
  return ensureOwnedSchedule(temporal, hostId, schedule, action, log);
}

const reportSchema = z.object({
  at: z.string(),
  messagesWaiting: z.number().nullable(),
  counts: z.record(z.string(), z.number()),
  started: z.number(),
  examples: z.array(z.number()),
});

/** What the sweeper found last. One call. @returns undefined where it has not run. @throws the client's error. */
export async function latestSweep({ client, connection }: TemporalClient): Promise<SweepReport | undefined> {
  const query = `WorkflowType = '${sweepType}' AND ExecutionStatus = 'Completed'`;
  return connection.withDeadline(Date.now() + timeoutMs, async () => {
    for await (const { memo } of client.workflow.list({ query, pageSize: 1 })) {
      const report = reportSchema.safeParse(memo?.[sweepMemo]);
      return report.success ? report.data : undefined;
    }
    return undefined;
  });
}
