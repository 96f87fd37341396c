import type { RejudgeActivities } from '../../activities/create-rejudge-activities.js';
import type { StoredResult } from '../../domain/grading/stored-result.js';
import { acceptedReport, fakeHostQueue } from './fake-activities.js';

/** Every submission is stored as Wrong Answer with two tests, and writing works, except where `overrides` says otherwise. */
export function fakeRejudgeActivities(overrides: Partial<RejudgeActivities> = {}): RejudgeActivities {
  return {
    loadStoredResults: async ({ submissionIds }) => submissionIds.map(storedWrongAnswer),
    loadShadowResult: async ({ workflowId }) => ({
      result: {
        submissionId: Number(workflowId.split('-').at(-1)),
        overallStatus: 'Accepted',
        results: [401, 402].map(acceptedReport),
        missingOutputs: 'fail',
      },
      hostQueue: fakeHostQueue,
    }),
    recordIfUnchanged: async () => ({ outcome: 'recorded' }),
    ...overrides,
  };
}

export function storedWrongAnswer(submissionId: number): StoredResult {
  return {
    submissionId,
    classId: 3,
    status: 'Wrong Answer',
    score: 50,
    tests: [
      { id: 401, status: 'Accepted', timeMs: 2, memoryKb: 3404 },
      { id: 402, status: 'Wrong Answer', timeMs: 2, memoryKb: 3404 },
    ],
    fingerprint: '0123456789abcdef',
  };
}
