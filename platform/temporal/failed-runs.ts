import { defineSearchAttributeKey } from '@temporalio/common';
import type { GradingStep } from '../../domain/grading/failure-type.js';
import { submissionIdOf } from '../../domain/grading/grading-workflow.js';
import type { TemporalClient } from './connection.js';
import { listFilter } from './failed-gradings.js';
import type { RunRecord } from './read-run.js';
import { readRun } from './read-run.js';

/** One failed run of a grading; a submission whose replays failed has several. */
export interface FailedRun {
  readonly submissionId: number;
  readonly workflowId: string;
  readonly runId: string;
  readonly closedAt: Date;
  readonly step: GradingStep | undefined;
  readonly reason: string;
  /** By somebody, at Temporal: no step of it failed. */
  readonly isTerminated: boolean;
}

const timeoutMs = 30_000;
const failedStepAttribute = defineSearchAttributeKey('FailedStep', 'KEYWORD');

const atATime = 8;
/** temporal.api.enums.v1.HistoryEventFilterType */
const closeEventOnly = 2;

/** Failed and terminated ones, latest first. The reason is in the last event of each history: one short call for each. @throws the client's error. */
export async function failedRuns(
  temporal: TemporalClient,
  since: Date,
  atMost: number,
): Promise<readonly FailedRun[]> {
  const { client, connection } = temporal;
  return connection.withDeadline(Date.now() + timeoutMs, async () => {
    const listed: Omit<FailedRun, 'reason'>[] = [];
    const list = client.workflow.list({
      query: listFilter({ since, withTerminated: true }),
      pageSize: Math.min(atMost, 1000),
    });
    for await (const { workflowId, runId, closeTime, status, typedSearchAttributes } of list) {
      const submissionId = submissionIdOf(workflowId);
      if (submissionId === undefined) continue;
      const step = typedSearchAttributes.get(failedStepAttribute) as GradingStep | undefined;
      const isTerminated = status.name === 'TERMINATED';
      listed.push({
        ...{ submissionId, workflowId, runId, step, isTerminated },
        closedAt: closeTime ?? new Date(),
      });
      if (listed.length >= atMost) break;
    }
    const runs: FailedRun[] = [];
    const left = [...listed.entries()];
    const lane = async (): Promise<void> => {
      for (let next = left.shift(); next !== undefined; next = left.shift()) {
        const [place, run] = next;
        const failure = await failureOf(temporal, run);
        runs[place] = {
          ...run,
          step: failure?.step ?? run.step,
          reason: failure?.reason ?? 'no reason given',
        };
      }
    };
    await Promise.all(Array.from({ length: atATime }, lane));
    return runs;
  });
}

async function failureOf(
  { connection, namespace }: TemporalClient,
  { workflowId, runId }: Pick<FailedRun, 'workflowId' | 'runId'>,
): Promise<RunRecord['failure']> {
  const { history } = await connection.workflowService.getWorkflowExecutionHistory({
    namespace,
    execution: { workflowId, runId },
    historyEventFilterType: closeEventOnly,
  });
  return history ? readRun(history).failure : undefined;
}
