import { ApplicationFailure } from '@temporalio/common';
import type { Activities } from '../activities/create-activities.js';
import type { GradeSubmissionInput } from '../domain/grading/grading-workflow.js';
import type { PreviousRun } from '../domain/grading/previous-run.js';
import { acceptedReport, fakeActivities, loadedSubmission } from './fakes/fake-activities.js';
import { heartbeatUntilCancelled } from './fakes/heartbeat-until-cancelled.js';

/** A course of events whose history is kept, so that a changed workflow is held against it. */
export interface GradingScenario {
  readonly name: string;
  readonly activities: Activities;
  readonly input?: Partial<GradeSubmissionInput>;
  /** Cancelled once a test runs. */
  readonly isCancelled?: boolean;
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
    { name: 'lost-containers', activities: losingTwoContainers() },
    {
      name: 'lost-after-each-test',
      activities: fakeActivities(4, { runTest: oneTestForEachContainer() }).activities,
    },
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
    { name: 'submission-not-found', activities: ending('loadSubmission', 'SubmissionNotFound') },
    { name: 'given-up-at-load', activities: ending('loadSubmission', 'DeadlineExceeded') },
    { name: 'given-up-at-acquire', activities: ending('acquireContainer', 'DeadlineExceeded') },
    { name: 'result-refused', activities: refusingTheFirstResult() },
    // As since a refusal is followed by a look at the tests.
    { name: 'result-refused-looked-again', activities: refusingTheFirstResult() },
    { name: 'notify-not-found', activities: ending('notifyBackend', 'SubmissionNotFound') },
    { name: 'outputs-missing', activities: losingAnOutput() },
    {
      name: 'cancelled',
      activities: fakeActivities(2, { runTest: heartbeatUntilCancelled }).activities,
      isCancelled: true,
    },
    { name: 'local-steps', activities: takingLocalSteps() },
    {
      name: 'replay-from-notify',
      activities: fakeActivities(3).activities,
      input: { origin: 'replay', earlier: earlierWith([401, 402, 403], true) },
    },
    {
      name: 'replay-from-record',
      activities: fakeActivities(3).activities,
      input: { origin: 'replay', earlier: earlierWith([401, 402, 403], false) },
    },
    {
      name: 'replay-from-run',
      activities: fakeActivities(3).activities,
      input: { origin: 'replay', earlier: earlierWith([401, 403], false) },
    },
  ];
}

/** The second loss is followed by a pause. */
function losingTwoContainers(): Activities {
  let lost = 0;
  const { compile } = fakeActivities(2).activities;
  return fakeActivities(2, {
    compile: async (input) => {
      lost += 1;
      if (lost > 2) return compile(input);
      throw ApplicationFailure.nonRetryable('the leased container is gone', 'LeaseLost');
    },
  }).activities;
}

/** As where the kernel kills the runner with the program: one test is judged, then the container is gone. */
export function oneTestForEachContainer(): Activities['runTest'] {
  const served = new Set<string>();
  return async ({ leaseId, testCaseIds, partly }) => {
    const [first = 0] = testCaseIds;
    const isGone = served.has(leaseId);
    served.add(leaseId);
    if (isGone || (testCaseIds.length > 1 && partly !== true)) {
      throw ApplicationFailure.nonRetryable('the runner was killed', 'LeaseLost');
    }
    const reports = [{ ...acceptedReport(first), status: 'Memory Limit Exceeded' as const }];
    return testCaseIds.length === 1 ? { reports } : { reports, lost: 'the runner was killed' };
  };
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

/** The second test shows to be long; the record fails at first. */
function takingLocalSteps(): Activities {
  let recorded = 0;
  return fakeActivities(7, {
    loadSubmission: async ({ submissionId }) => ({ ...loadedSubmission(submissionId, 7), localTests: true }),
    runTest: async ({ testCaseIds, onlyOnHost }) => ({
      reports: testCaseIds.map(acceptedReport),
      ...(onlyOnHost === undefined
        ? {}
        : { local: { elsewhere: false, tookMs: testCaseIds.includes(402) ? 900 : 3 } }),
    }),
    recordResult: async ({ overallStatus }) => {
      recorded += 1;
      if (recorded === 1) throw new Error('no route to the database');
      return { recorded: true, overallStatus };
    },
  }).activities;
}

/** One step ends for good. */
function ending(name: keyof Activities, type: string): Activities {
  const end = async () => {
    throw ApplicationFailure.create({ type, nonRetryable: true, message: `The step ended with ${type}.` });
  };
  return fakeActivities(2, { [name]: end }).activities;
}

function refusingTheFirstResult(): Activities {
  return fakeActivities(2, {
    recordResult: async ({ overallStatus }) => {
      if (overallStatus === 'System Error') return { recorded: true };
      throw ApplicationFailure.create({
        type: 'ResultRefused',
        nonRetryable: true,
        message: 'The database refuses the result.',
      });
    },
  }).activities;
}

function losingAnOutput(): Activities {
  let asked = 0;
  return fakeActivities(3, {
    runTest: async ({ testCaseIds }) => ({
      reports: testCaseIds.map((id) => ({
        ...acceptedReport(id),
        output: { sha256: 'ab', bytes: 5000, preview: 'x' },
      })),
    }),
    recordResult: async () => {
      asked += 1;
      if (asked > 1) return { recorded: true };
      throw ApplicationFailure.create({
        type: 'OutputMissing',
        nonRetryable: true,
        message: 'gone',
        details: [{ testCaseIds: [402] }],
      });
    },
  }).activities;
}

function earlierWith(judged: readonly number[], recorded: boolean): PreviousRun {
  const { grading } = loadedSubmission(1, 3);
  if (grading.kind !== 'plan') throw new Error('The fake submission can be graded.');
  return {
    runId: '00000000-0000-0000-0000-000000000000',
    failedStep: recorded ? 'notify' : 'run',
    plan: grading.plan,
    reports: judged.map(acceptedReport),
    recorded,
  };
}
