import type { WorkflowHandle } from '@temporalio/client';
import { applyWorkflowId, rejudgedWorkflowId } from '../domain/rejudge/rejudge-set.js';
import type { GradingEnvironment } from './grading-environment.js';
import { rejudgeFakes, startRejudge } from './rejudge-environment.js';

type RecordedHistory = Awaited<ReturnType<WorkflowHandle['fetchHistory']>>;

/** File name → history of the workflow types that only a rejudging has. */
export async function recordRejudgeHistories(
  environment: GradingEnvironment,
): Promise<Readonly<Record<string, RecordedHistory>>> {
  return { ...(await appliedSet(environment)), ...(await cancelledSet(environment)) };
}

/** Five submissions in runs of two: one does not compile any more, one result is replaced before it is written. */
async function appliedSet(environment: GradingEnvironment): Promise<Record<string, RecordedHistory>> {
  const compileErrorOf = 12;
  const conflictOf = 13;
  const good = rejudgeFakes();
  const leases = new Map<string, number>();
  const fakes = rejudgeFakes({
    acquireContainer: async (input) => {
      const lease = await good.acquireContainer(input);
      leases.set(lease.leaseId, input.submissionId);
      return lease;
    },
    compile: async (input) =>
      leases.get(input.leaseId) === compileErrorOf
        ? { kind: 'compile-error', message: 'main.cpp:1:1: error: …', wallMs: 160 }
        : good.compile(input),
    recordIfUnchanged: async ({ submissionId }) => ({
      outcome: submissionId === conflictOf ? 'conflict' : 'recorded',
    }),
  });
  return environment.withWorkers(fakes, async () => {
    const started = await startRejudge(environment, {
      submissionIds: [11, 12, 13, 14, 15],
      submissionsPerRun: 2,
      repeat: 2,
    });
    const { workflow } = environment.client;
    const first = await started.handle.describe();
    await started.until('graded');
    const graded = await started.handle.describe();
    await started.apply();
    await started.until('applied');
    const last = await started.handle.describe();
    const history = (id: string, runId?: string) => workflow.getHandle(id, runId).fetchHistory();
    return {
      'rejudge-first-run': await history(first.workflowId, first.runId),
      'rejudge-run-with-decision': await history(graded.workflowId, graded.runId),
      'rejudge-applied': await history(last.workflowId, last.runId),
      'shadow-accepted': await history(rejudgedWorkflowId(started.set, 11, 1)),
      'shadow-compile-error': await history(rejudgedWorkflowId(started.set, compileErrorOf, 1)),
      'apply-recorded': await history(applyWorkflowId(started.set, 11)),
      'apply-conflict': await history(applyWorkflowId(started.set, conflictOf)),
    };
  });
}

async function cancelledSet(environment: GradingEnvironment): Promise<Record<string, RecordedHistory>> {
  return environment.withWorkers(rejudgeFakes(), async () => {
    const started = await startRejudge(environment);
    await started.until('graded');
    await started.handle.cancel();
    await started.until('cancelled');
    return { 'rejudge-cancelled': await started.handle.fetchHistory() };
  });
}
