import { readFile } from 'node:fs/promises';
import { createActivities } from '../../activities/create-activities.js';
import type { LeasePool } from '../../activities/dependencies.js';
import type { ExecutionLimits } from '../../domain/judging/execution.js';
import { Status } from '../../domain/judging/status.js';
import { fakePlatform } from '../fakes/fake-dependencies.js';
import { poolWithRequests } from '../pool-with-requests.js';
import { runActivity } from '../run-activity.js';
import type { Attack } from './catalogue.js';

export interface Graded {
  readonly status: Status;
  readonly containerId: string;
  /** What was judged, for the report of a failure. */
  readonly detail: string;
}

export interface ProgramTest {
  readonly input: string;
  readonly expectedOutput: string;
}

const firstTestId = 1;

/** Grades a program by the activities of a grading, on a real sandbox; database and backend are in memory. */
export async function grade(
  pool: LeasePool,
  program: Pick<Attack, 'language' | 'timeLimitMs' | 'memoryLimitKb' | 'compileTimeMs'>,
  sourceUrl: URL,
  tests: readonly ProgramTest[],
): Promise<Graded> {
  const platform = fakePlatform();
  platform.source = await readFile(sourceUrl, 'utf8');
  const testCaseIds = tests.map((_, index) => firstTestId + index);
  for (const [index, test] of tests.entries()) {
    platform.tests.set(firstTestId + index, { id: firstTestId + index, ...test });
  }
  const deps = { ...platform.deps, pool };
  const compiling = createActivities({ ...deps, pool: withCompilerLimits(pool, program.compileTimeMs) });
  const activities = createActivities(deps);
  const lease = await runActivity(activities, 'acquireContainer', { submissionId: 1 });
  const { leaseId, containerId } = lease;
  const { language } = program;
  try {
    const compiled = await runActivity(compiling, 'compile', {
      leaseId,
      submissionId: 1,
      language,
      profile: 'python',
    });
    if (compiled.kind === 'compile-error') {
      return { status: Status.CompileError, containerId, detail: JSON.stringify(compiled.message) };
    }
    const { timeLimitMs, memoryLimitKb } = program;
    const { reports } = await runActivity(activities, 'runTest', {
      leaseId,
      testCaseIds,
      language,
      profile: 'python',
      sourceFile: compiled.sourceFile,
      timeLimitMs,
      memoryLimitKb,
    });
    const failed = reports.find((report) => report.status !== Status.Accepted);
    return { status: failed?.status ?? Status.Accepted, containerId, detail: JSON.stringify(reports) };
  } finally {
    await runActivity(activities, 'releaseContainer', { leaseId });
  }
}

const compilerMemoryKb = 512 * 1024;

function withCompilerLimits(pool: LeasePool, timeMs: number): LeasePool {
  const lowered = (limits: ExecutionLimits): ExecutionLimits => ({
    ...limits,
    timeMs: Math.min(limits.timeMs, timeMs),
    memoryKb: Math.min(limits.memoryKb, compilerMemoryKb),
  });
  return poolWithRequests(pool, (request) => ({ ...request, limits: lowered(request.limits) }));
}
