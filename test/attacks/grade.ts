import { readFile } from 'node:fs/promises';
import { ApplicationFailure } from '@temporalio/common';
import { createActivities } from '../../activities/create-activities.js';
import type { LeasePool } from '../../activities/dependencies.js';
import { FailureType } from '../../domain/grading/failure-type.js';
import type { ExecutionLimits } from '../../domain/judging/execution.js';
import { Status } from '../../domain/judging/status.js';
import type { TestReport } from '../../domain/judging/test-report.js';
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
  const { language, timeLimitMs, memoryLimitKb } = program;
  const begin = async () => {
    const lease = await runActivity(activities, 'acquireContainer', { submissionId: 1 });
    const { leaseId } = lease;
    const asked = { leaseId, submissionId: 1, language, profile: 'python' } as const;
    return { ...lease, compiled: await runActivity(compiling, 'compile', asked) };
  };
  const release = ({ leaseId }: { leaseId: string }) =>
    runActivity(activities, 'releaseContainer', { leaseId });
  let lease = await begin();
  try {
    const reports: TestReport[] = [];
    for (let losses = 0; reports.length < testCaseIds.length; ) {
      const { leaseId, containerId, compiled } = lease;
      if (compiled.kind === 'compile-error') {
        return { status: Status.CompileError, containerId, detail: JSON.stringify(compiled.message) };
      }
      const { sourceFile } = compiled;
      const test = { leaseId, testCaseIds: testCaseIds.slice(reports.length, reports.length + 1) };
      const asked = { ...test, language, profile: 'python', sourceFile, timeLimitMs, memoryLimitKb } as const;
      try {
        reports.push(...(await runActivity(activities, 'runTest', asked)).reports);
      } catch (error) {
        // As in a grading: the kernel may have chosen the runner, and what is left runs in another container.
        losses += 1;
        if (!isLost(error) || losses > maxLosses) throw error;
        await release(lease);
        lease = await begin();
      }
    }
    const failed = reports.find((report) => report.status !== Status.Accepted);
    const status = failed?.status ?? Status.Accepted;
    return { status, containerId: lease.containerId, detail: JSON.stringify(reports) };
  } finally {
    await release(lease);
  }
}

const maxLosses = 2;

function isLost(error: unknown): boolean {
  return error instanceof ApplicationFailure && error.type === FailureType.LeaseLost;
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
