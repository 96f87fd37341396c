import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import type { ShadowActivities } from '../activities/find-for-shadow.js';
import type { SearchAttributeName } from '../domain/grading/grading-workflow.js';
import { gradingQueue, searchAttributeTypes } from '../domain/grading/grading-workflow.js';
import type { ShadowSetInput } from '../domain/parity/shadow-set.js';
import { shadowSetType, shadowWorkflowId } from '../domain/parity/shadow-set.js';
import type { shadowSet } from '../workflows/shadow-set.js';
import { fakeActivities } from './fakes/fake-activities.js';
import type { GradingEnvironment } from './grading-environment.js';
import { rejudgeFakes } from './rejudge-environment.js';

/** Stored as Wrong Answer, graded as Accepted; trouble without end for those of `failing`. */
export function shadowFakes(failing: readonly number[] = [], found: readonly number[] = []) {
  const good = fakeActivities(2).activities;
  const leases = new Map<string, number>();
  const shadow: ShadowActivities = {
    findForShadow: async () => found.map((submissionId) => ({ submissionId, classId: 3 })),
  };
  return {
    ...rejudgeFakes({
      loadSubmission: async (input) => {
        const loaded = await good.loadSubmission(input);
        return failing.includes(input.submissionId) ? { ...loaded, deadlineMs: 2000 } : loaded;
      },
      acquireContainer: async (input) => {
        const lease = await good.acquireContainer(input);
        leases.set(lease.leaseId, input.submissionId);
        return lease;
      },
      runTest: async (input) => {
        if (failing.includes(leases.get(input.leaseId) ?? 0)) throw new Error('no space left on device');
        return good.runTest(input);
      },
    }),
    ...shadow,
  };
}

export function startShadow(
  { client }: GradingEnvironment,
  submissionIds: readonly number[],
  changes: Partial<ShadowSetInput> = {},
): Promise<WorkflowHandle<typeof shadowSet>> {
  const submissions = submissionIds.map((submissionId) => ({ submissionId, classId: 3 }));
  return client.workflow.start<typeof shadowSet>(shadowSetType, {
    workflowId: `shadow-set-${randomUUID().slice(0, 8)}`,
    taskQueue: gradingQueue,
    args: [
      {
        pick: { kind: 'list', submissions },
        selection: 'named',
        parallel: 4,
        searchAttributes: Object.keys(searchAttributeTypes) as SearchAttributeName[],
        ...changes,
      },
    ],
  });
}

/** A set with a sweep of its own, and a note: every workflow type that only shadow gradings have. */
export async function recordShadowHistories(environment: GradingEnvironment) {
  const first = Math.floor(Date.now() / 1000) * 100;
  const ids = [first, first + 1];
  return environment.withWorkers(shadowFakes([first + 1], ids), async () => {
    const { workflow } = environment.client;
    const sweep = { share: 10_000, salt: 'cutover', lookBackMs: 1000, atMost: 10 };
    const set = await startShadow(environment, [], { pick: { kind: 'sweep', sweep } });
    await set.result();
    return {
      'shadow-set': await set.fetchHistory(),
      'shadow-compared': await workflow.getHandle(shadowWorkflowId(first)).fetchHistory(),
      'shadow-failed': await workflow.getHandle(shadowWorkflowId(first + 1)).fetchHistory(),
    };
  });
}
