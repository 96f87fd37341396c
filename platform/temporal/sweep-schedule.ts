import { z } from 'zod';
import { gradingQueue } from '../../domain/grading/grading-workflow.js';
import { missedAfterMs } from '../../domain/grading/stranded-submission.js';
import type { SweepMode, SweepReport } from '../../domain/grading/sweep-report.js';
import { sweepMemo, sweepType } from '../../domain/grading/sweep-report.js';
import type { Logger } from '../process/logger.js';
import type { TemporalClient } from './connection.js';
import type { OwnedSchedule } from './owned-schedule.js';
import { ensureOwnedSchedule } from './owned-schedule.js';

const schedule: OwnedSchedule = { scheduleId: 'sweep', what: 'sweeping', off: 'SWEEP=off' };

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
  const input = { isStarting: mode === 'start', olderThanMs: missedAfterMs };
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

const completed = `WorkflowType = '${sweepType}' AND ExecutionStatus = 'Completed'`;

/** What the sweeper found last. One call. @returns undefined where it has not run. @throws the client's error. */
export async function latestSweep({ client, connection }: TemporalClient): Promise<SweepReport | undefined> {
  return connection.withDeadline(Date.now() + timeoutMs, async () => {
    for await (const { memo } of client.workflow.list({ query: completed, pageSize: 1 })) {
      return sweepReportOf(memo);
    }
    return undefined;
  });
}

/** @param memo of a completed sweep. */
export function sweepReportOf(memo: Record<string, unknown> | undefined): SweepReport | undefined {
  const report = reportSchema.safeParse(memo?.[sweepMemo]);
  return report.success ? report.data : undefined;
}

/** More wait for the next turn. */
const maxForgotten = 100;

/**
 * Deletes completed sweeps but the latest and those that started something: every few minutes one more would stand
 * among the gradings of Temporal's list. @throws the client's error, also where the server does not let us.
 */
export async function forgetSweeps({ client, connection, namespace }: TemporalClient): Promise<void> {
  await connection.withDeadline(Date.now() + timeoutMs, async () => {
    const list = client.workflow.list({ query: completed, pageSize: maxForgotten });
    let seen = 0;
    for await (const { workflowId, runId, memo } of list) {
      seen += 1;
      if (seen > maxForgotten) return;
      if (seen === 1 || (sweepReportOf(memo)?.started ?? 0) > 0) continue;
      await connection.workflowService.deleteWorkflowExecution({
        namespace,
        workflowExecution: { workflowId, runId },
      });
    }
  });
}
