import { defineSearchAttributeKey } from '@temporalio/common';
import type { GradingStep } from '../../domain/grading/failure-type.js';
import type { TemporalClient } from './connection.js';
import { listFilter } from './failed-gradings.js';
import { readRun } from './read-run.js';

/** One failed run of a grading; a submission whose replays failed has several. */
export interface FailedRun {
  readonly submissionId: number;
  readonly workflowId: string;
  readonly runId: string;
  readonly closedAt: Date;
  readonly step: GradingStep | undefined;
  readonly reason: string;
}

const timeoutMs = 30_000;
const failedStepAttribute = defineSearchAttributeKey('FailedStep', 'KEYWORD');

/** Latest first. The reason is read from each history. @throws the client's error. */
export async function failedRuns(
  { client, connection }: TemporalClient,
  since: Date,
  atMost: number,
): Promise<readonly FailedRun[]> {
  return connection.withDeadline(Date.now() + timeoutMs, async () => {
    const runs: FailedRun[] = [];
    for await (const execution of client.workflow.list({ query: listFilter({ since }) })) {
      const { workflowId, runId, closeTime, typedSearchAttributes } = execution;
      const submissionId = Number(/^grade-(\d+)$/.exec(workflowId)?.[1]);
      if (!Number.isSafeInteger(submissionId)) continue;
      const { failure } = readRun(await client.workflow.getHandle(workflowId, runId).fetchHistory());
      runs.push({
        submissionId,
        workflowId,
        runId,
        closedAt: closeTime ?? new Date(),
        step: failure?.step ?? (typedSearchAttributes.get(failedStepAttribute) as GradingStep | undefined),
        reason: failure?.reason ?? 'no reason given',
      });
      if (runs.length >= atMost) break;
    }
    return runs;
  });
}
