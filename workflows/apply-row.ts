import { CancellationScope, executeChild } from '@temporalio/workflow';
import { gradingQueue } from '../domain/grading/grading-workflow.js';
import type { RejudgeRow } from '../domain/rejudge/rejudge-comparison.js';
import type { RejudgeInput } from '../domain/rejudge/rejudge-set.js';
import { applyShadowType, applyWorkflowId, rejudgedWorkflowId } from '../domain/rejudge/rejudge-set.js';
import type { applyShadow, RowApplied } from './apply-shadow.js';
import { describeFailure } from './failures.js';

/** Writes one result in a workflow of its own. Once begun it goes on, whatever becomes of the set. */
export async function applyRow({ set }: RejudgeInput, row: RejudgeRow): Promise<RowApplied> {
  const { submissionId, fingerprint } = row;
  try {
    return await CancellationScope.nonCancellable(() =>
      executeChild<typeof applyShadow>(applyShadowType, {
        workflowId: applyWorkflowId(set, submissionId),
        taskQueue: gradingQueue,
        args: [{ submissionId, fingerprint, gradedBy: rejudgedWorkflowId(set, submissionId, 1) }],
        staticSummary: `apply ${set} · #${submissionId} · ${row.oldVerdict} → ${row.newVerdict}`,
        parentClosePolicy: 'ABANDON',
      }),
    );
  } catch (error) {
    return { outcome: 'failed', note: describeFailure(error) };
  }
}
