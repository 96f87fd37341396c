import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import type { Activities } from '../activities/create-activities.js';
import type { RejudgeActivities } from '../activities/create-rejudge-activities.js';
import type { SearchAttributeName } from '../domain/grading/grading-workflow.js';
import { gradingQueue, searchAttributeTypes } from '../domain/grading/grading-workflow.js';
import type { RejudgeInput, RejudgePhase, RejudgeSummary } from '../domain/rejudge/rejudge-set.js';
import {
  applyRejudgeUpdateName,
  rejudgeSummaryQueryName,
  rejudgeType,
  rejudgeWorkflowId,
} from '../domain/rejudge/rejudge-set.js';
import type { rejudge } from '../workflows/rejudge.js';
import { fakeActivities } from './fakes/fake-activities.js';
import { fakeRejudgeActivities } from './fakes/fake-rejudge-activities.js';
import type { GradingEnvironment } from './grading-environment.js';
import { eventually } from './integration/eventually.js';

type RejudgeHandle = WorkflowHandle<typeof rejudge>;

/** Programs of two tests, all accepted; results stored as Wrong Answer. */
export function rejudgeFakes(
  overrides: Partial<Activities & RejudgeActivities> = {},
): Activities & RejudgeActivities {
  return { ...fakeActivities(2).activities, ...fakeRejudgeActivities(), ...overrides };
}

export interface StartedSet {
  readonly set: string;
  readonly handle: RejudgeHandle;
  summary(): Promise<RejudgeSummary>;
  /** Waits for a phase. */
  until(phase: RejudgePhase): Promise<RejudgeSummary>;
  apply(): Promise<unknown>;
}

export async function startRejudge(
  environment: GradingEnvironment,
  changes: Partial<RejudgeInput> = {},
): Promise<StartedSet> {
  const set = `test-${randomUUID().slice(0, 8)}`;
  const input: RejudgeInput = {
    set,
    reason: 'test 2 was wrong',
    selection: 'problem 7',
    requestedBy: 'teacher',
    submissionIds: [11, 12, 13],
    repeat: 1,
    parallel: 2,
    submissionsPerRun: 100,
    searchAttributes: Object.keys(searchAttributeTypes) as SearchAttributeName[],
    ...changes,
  };
  const { workflowId } = await environment.client.workflow.start<typeof rejudge>(rejudgeType, {
    workflowId: rejudgeWorkflowId(set),
    taskQueue: gradingQueue,
    args: [input],
  });
  // Without a run id: the latest run of the chain.
  const handle: RejudgeHandle = environment.client.workflow.getHandle(workflowId);
  const summary = () => handle.query<RejudgeSummary>(rejudgeSummaryQueryName);
  return {
    set,
    handle,
    summary,
    apply: () => handle.executeUpdate(applyRejudgeUpdateName, { args: [{ by: 'teacher' }] }),
    until: (phase) =>
      eventually(
        async () => {
          const now = await summary();
          if (now.phase !== phase) throw new Error(`The set is ${now.phase}, not ${phase}.`);
          return now;
        },
        { everyMs: 100 },
      ),
  };
}
