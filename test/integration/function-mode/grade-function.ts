import { createActivities } from '../../../activities/create-activities.js';
import type { LeasePool } from '../../../activities/dependencies.js';
import type { GradingProfile } from '../../../domain/judging/grading-profile.js';
import type { Language } from '../../../domain/judging/language.js';
import type { Status } from '../../../domain/judging/status.js';
import { Status as S } from '../../../domain/judging/status.js';
import { fakePlatform } from '../../fakes/fake-dependencies.js';
import { runActivity } from '../../run-activity.js';

/** A function handed in for a signature, and the tests it is judged by. */
export interface HandedIn {
  readonly signature: string;
  readonly language: Language;
  readonly profile: GradingProfile;
  readonly source: string;
  readonly input: string;
  /** One test for each, all with the same input. */
  readonly expected: readonly string[];
}

export interface GradedFunction {
  /** One for each test; one alone where none was run. */
  readonly statuses: readonly Status[];
  /** The first message to the student, or what the program printed where there is none. */
  readonly detail: string;
}

const submissionId = 1;
const firstTestCaseId = 401;

/** Grades a function by the activities of a grading, on a real sandbox; database and backend are in memory. */
export async function gradeFunction(pool: LeasePool, handed: HandedIn): Promise<GradedFunction> {
  const platform = fakePlatform({ profile: handed.profile, outputReceivedLimitBytes: 2000 });
  platform.source = handed.source;
  const testCaseIds = handed.expected.map((_expected, index) => firstTestCaseId + index);
  testCaseIds.forEach((id, index) => {
    platform.tests.set(id, { id, input: handed.input, expectedOutput: handed.expected[index] ?? '' });
  });
  platform.submissions.set(submissionId, {
    submissionId,
    problemId: 7,
    problemTitle: 'function mode',
    classId: 3,
    language: handed.language,
    gradingMode: 'function',
    functionSignature: handed.signature,
    isTest: false,
    timeLimitMs: 1000,
    memoryLimitKb: null,
    languageLimits: null,
    testCaseIds,
  });
  const activities = createActivities({ ...platform.deps, pool });
  const { grading } = await runActivity(activities, 'loadSubmission', { submissionId });
  if (grading.kind === 'ungradable') return { statuses: [S.SystemError], detail: grading.message };
  const { leaseId } = await runActivity(activities, 'acquireContainer', { submissionId });
  try {
    const planned = { leaseId, ...grading.plan };
    const compiled = await runActivity(activities, 'compile', planned);
    if (compiled.kind === 'compile-error') {
      return { statuses: [S.CompileError], detail: JSON.stringify(compiled.message) };
    }
    const { reports } = await runActivity(activities, 'runTest', {
      ...planned,
      sourceFile: compiled.sourceFile,
    });
    const [first] = reports;
    return {
      statuses: reports.map((report) => report.status),
      detail: JSON.stringify(first?.errorMessage ?? first?.output),
    };
  } finally {
    await runActivity(activities, 'releaseContainer', { leaseId });
  }
}
