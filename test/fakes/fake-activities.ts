import type { Activities } from '../../activities/create-activities.js';
import type { LoadSubmissionOutput } from '../../activities/load-submission.js';
import type { SearchAttributeName } from '../../domain/grading/grading-workflow.js';
import { searchAttributeTypes } from '../../domain/grading/grading-workflow.js';
import type { GradingPlan } from '../../domain/judging/submission.js';
import type { TestReport } from '../../domain/judging/test-report.js';

export interface CallRecord {
  readonly activity: keyof Activities;
  readonly input: unknown;
}

export interface FakeActivities {
  readonly activities: Activities;
  readonly calls: CallRecord[];
  inputs<Name extends keyof Activities>(name: Name): Parameters<Activities[Name]>[0][];
}

/** A grading in which everything goes well, except where `overrides` says otherwise. Calls are noted. */
export function fakeActivities(testCount: number, overrides: Partial<Activities> = {}): FakeActivities {
  const calls: CallRecord[] = [];
  let leases = 0;
  const defaults: Activities = {
    loadSubmission: async ({ submissionId }) => loadedSubmission(submissionId, testCount),
    acquireContainer: async () => {
      leases += 1;
      return { hostQueue: fakeHostQueue, leaseId: `lease-${leases}`, containerId: `container-${leases}` };
    },
    compile: async () => ({ kind: 'compiled', sourceFile: 'main.cpp', wallMs: 12 }),
    runTest: async ({ testCaseIds, onlyOnHost }) => ({
      reports: testCaseIds.map(acceptedReport),
      ...(onlyOnHost === undefined ? {} : { local: { elsewhere: false, tookMs: 1 } }),
    }),
    releaseContainer: async () => ({ elsewhere: false }),
    recordResult: async ({ overallStatus }) => ({ recorded: true, overallStatus }),
    notifyBackend: async () => {},
  };
  const chosen: Activities = { ...defaults, ...overrides };
  const noted = Object.fromEntries(
    Object.entries(chosen).map(([name, activity]) => [
      name,
      (input: never) => {
        calls.push({ activity: name as keyof Activities, input });
        return activity(input);
      },
    ]),
  ) as unknown as Activities;
  return {
    activities: noted,
    calls,
    inputs: <Name extends keyof Activities>(name: Name) =>
      calls.filter((call) => call.activity === name).map((call) => call.input) as Parameters<
        Activities[Name]
      >[0][],
  };
}

export const fakeHostQueue = 'grading-host-fake';

export function acceptedReport(testCaseId: number): TestReport {
  return {
    testCaseId,
    status: 'Accepted',
    executionTimeMs: 2,
    memoryUsedKb: 3404,
    output: '8\n',
    errorMessage: null,
  };
}

/** Tests have the ids 401, 402, … so that ids and numbers cannot be taken for each other. */
export function testCaseIds(count: number): number[] {
  return Array.from({ length: count }, (_, index) => 401 + index);
}

export function loadedSubmission(submissionId: number, testCount: number): LoadSubmissionOutput {
  const plan: GradingPlan = {
    submissionId,
    problemId: 7,
    problemTitle: 'Two | Sum',
    classId: 3,
    requestedLanguage: 'cpp',
    language: 'cpp',
    gradingMode: 'stdio',
    profile: 'python',
    isTest: false,
    timeLimitMs: 1000,
    memoryLimitKb: 262_144,
    testCaseIds: testCaseIds(testCount),
    testDataVersion: 'v1',
  };
  return {
    grading: { kind: 'plan', plan },
    about: {
      problemId: 7,
      problemTitle: plan.problemTitle,
      classId: 3,
      language: 'cpp',
      gradingMode: 'stdio',
    },
    searchAttributes: Object.keys(searchAttributeTypes) as SearchAttributeName[],
    deadlineMs: 30 * 60_000,
  };
}
