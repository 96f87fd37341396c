import { ApplicationFailure } from '@temporalio/common';
import type { Activities } from '../activities/create-activities.js';
import type { GradeSubmissionInput } from '../domain/grading-workflow.js';
import { acceptedReport, fakeActivities, loadedSubmission } from './fakes/fake-activities.js';

/** A course of events whose history is kept, so that a changed workflow is held against it. */
export interface GradingScenario {
  readonly name: string;
  readonly activities: Activities;
  readonly input?: Partial<GradeSubmissionInput>;
}

export function gradingScenarios(): GradingScenario[] {
  return [
    { name: 'accepted-3-tests', activities: fakeActivities(3).activities },
    {
      name: 'compile-error',
      activities: fakeActivities(3, {
        compile: async () => ({ kind: 'compile-error', message: 'main.cpp:1:1: error: …', wallMs: 160 }),
      }).activities,
    },
    { name: 'accepted-40-tests', activities: fakeActivities(40).activities },
    { name: 'host-loss', activities: losingTheFirstHost() },
    {
      name: 'deadline',
      activities: fakeActivities(2, {
        runTest: async () => {
          throw new Error('no space left on device');
        },
      }).activities,
      input: { deadlineMs: 4000 },
    },
    {
      name: 'no-tests',
      activities: fakeActivities(0, {
        loadSubmission: async ({ submissionId }) => ({
          ...loadedSubmission(submissionId, 0),
          grading: { kind: 'ungradable', message: 'This problem has no test cases.' },
        }),
      }).activities,
    },
  ];
}

function losingTheFirstHost(): Activities {
  return fakeActivities(6, {
    runTest: async ({ leaseId, testCaseIds }) => {
      if (leaseId === 'lease-1' && testCaseIds[0] === 404) {
        throw ApplicationFailure.create({
          type: 'LeaseLost',
          nonRetryable: true,
          message: 'The container is gone.',
        });
      }
      return { reports: testCaseIds.map(acceptedReport) };
    },
  }).activities;
}
