import { Context } from '@temporalio/activity';
import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure, defineSearchAttributeKey } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Activities } from '../../../activities/create-activities.js';
import { batchTimeoutMs, hardWallLimitMs } from '../../../domain/judging/limits.js';
import { progressQuery } from '../../../workflows/progress.js';
import {
  acceptedReport,
  fakeActivities,
  loadedSubmission,
  testCaseIds,
} from '../../fakes/fake-activities.js';
import { heartbeatUntilCancelled } from '../../fakes/heartbeat-until-cancelled.js';
import type { GradingEnvironment, GradingHandle } from '../../grading-environment.js';
import { openGradingEnvironment } from '../../grading-environment.js';
import { uniqueName } from '../services-fixture.js';

let environment: GradingEnvironment;

beforeAll(async () => {
  environment = await openGradingEnvironment(process.env, uniqueName('grade-submission'));
});

afterAll(async () => {
  await environment.close();
});

async function grade(activities: Activities, input: { deadlineMs?: number } = {}) {
  return environment.withWorkers(activities, async () => {
    const handle = await environment.start(input);
    const result = await handle.result();
    return { handle, result };
  });
}

async function gradeToFailure(activities: Activities, input: { deadlineMs?: number } = {}) {
  return environment.withWorkers(activities, async () => {
    const handle = await environment.start(input);
    const error: unknown = await handle.result().then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (!(error instanceof WorkflowFailedError))
      throw new Error('The grading did not fail.', { cause: error });
    return { handle, cause: error.cause as ApplicationFailure };
  });
}

async function searchAttribute(handle: GradingHandle, name: string) {
  const { typedSearchAttributes } = await handle.describe();
  return typedSearchAttributes.get(defineSearchAttributeKey(name, name === 'Score' ? 'INT' : 'KEYWORD'));
}

describe.concurrent('gradeSubmission', () => {
  it('takes the seven steps in order and says in the search attributes how it ended', async () => {
    const fake = fakeActivities(3);
    const { handle, result } = await grade(fake.activities);
    expect(result).toMatchObject({ verdict: 'Accepted', score: 100, testsAccepted: 3, testsTotal: 3 });
    const steps = fake.calls.map((call) => call.activity);
    expect(steps.slice(0, 3)).toEqual(['loadSubmission', 'acquireContainer', 'compile']);
    expect(steps.slice(3, 6)).toEqual(['runTest', 'runTest', 'runTest']);
    expect(steps.filter((step) => step === 'releaseContainer')).toHaveLength(1);
    expect(steps.indexOf('recordResult')).toBeLessThan(steps.indexOf('notifyBackend'));
    expect(await searchAttribute(handle, 'Verdict')).toBe('Accepted');
    expect(await searchAttribute(handle, 'Score')).toBe(100);
    expect(await searchAttribute(handle, 'ProblemId')).toBe('7');
    expect(await searchAttribute(handle, 'FailedStep')).toBeUndefined();
    // What the web UI shows without a worker.
    const tests = [401, 402, 403].map((id, index) => `test ${index + 1}  id ${id}  Accepted  2 ms  3404 KB`);
    expect(result.tests).toEqual(tests);
    expect((await handle.describe()).memo).toEqual({
      Outcome: 'Accepted · score 100 · 3 of 3 tests accepted',
      Tests: tests,
    });
    const history = await handle.fetchHistory();
    const ids = history.events?.map((event) => event.activityTaskScheduledEventAttributes?.activityId);
    expect(ids?.filter((id) => id)).toEqual([
      'acquire-1',
      'compile-1',
      'test-01',
      'test-02',
      'test-03',
      'release-1',
      'notify',
    ]);
  });

  it('runs all tests whatever fails, and the first failure by id decides', async () => {
    const fake = fakeActivities(5, {
      runTest: async ({ testCaseIds: ids }) => ({
        reports: ids.map((id) => ({
          ...acceptedReport(id),
          status: id === 403 ? 'Runtime Error' : id === 402 ? 'Wrong Answer' : 'Accepted',
        })),
      }),
    });
    const { result } = await grade(fake.activities);
    expect(result).toMatchObject({ verdict: 'Wrong Answer', score: 60, testsAccepted: 3 });
    const [recorded] = fake.inputs('recordResult');
    expect(recorded?.results.map((row) => row.testCaseId)).toEqual(testCaseIds(5));
  });

  it('records one result without a test case for a compile error and runs nothing', async () => {
    const fake = fakeActivities(3, {
      compile: async () => ({ kind: 'compile-error', message: 'main.cpp:1: error', wallMs: 3 }),
    });
    const { result } = await grade(fake.activities);
    expect(result).toMatchObject({ verdict: 'Compile Error', score: 0, testsTotal: 3 });
    expect(fake.inputs('runTest')).toHaveLength(0);
    expect(fake.inputs('releaseContainer')).toHaveLength(1);
    expect(fake.inputs('notifyBackend')[0]?.results).toEqual([
      {
        testCaseId: null,
        status: 'Compile Error',
        executionTimeMs: 0,
        memoryUsedKb: 0,
        output: null,
        errorMessage: 'main.cpp:1: error',
      },
    ]);
  });

  it('lets consecutive tests share an activity past 32', async () => {
    const fake = fakeActivities(40);
    const { result } = await grade(fake.activities);
    expect(result).toMatchObject({ verdict: 'Accepted', testsTotal: 40 });
    expect(fake.inputs('runTest')).toHaveLength(20);
    expect(fake.inputs('recordResult')[0]?.results.map((row) => row.testCaseId)).toEqual(testCaseIds(40));
  });

  it('gives a test that may take long more time than its limit', async () => {
    const timeLimitMs = 30 * 60_000;
    const given: number[] = [];
    const fake = fakeActivities(1, {
      loadSubmission: async ({ submissionId }) => {
        const loaded = loadedSubmission(submissionId, 1);
        if (loaded.grading.kind !== 'plan') throw new Error('no plan');
        return { ...loaded, grading: { kind: 'plan', plan: { ...loaded.grading.plan, timeLimitMs } } };
      },
      runTest: async ({ testCaseIds: ids }) => {
        given.push(Context.current().info.startToCloseTimeoutMs);
        return { reports: ids.map(acceptedReport) };
      },
    });
    await grade(fake.activities);
    expect(given).toEqual([batchTimeoutMs(1, timeLimitMs)]);
    expect(given[0]).toBeGreaterThan(hardWallLimitMs(timeLimitMs));
  });

  it.each([
    'loadSubmission',
    'acquireContainer',
    'compile',
    'runTest',
    'recordResult',
    'notifyBackend',
  ] as const)('gets over a first failure of %s', async (name) => {
    const good = fakeActivities(2).activities;
    let failed = false;
    const once = async (input: never) => {
      if (!failed) {
        failed = true;
        throw new Error('the network blinked');
      }
      return good[name](input) as never;
    };
    const { result } = await grade(fakeActivities(2, { [name]: once }).activities);
    expect(failed).toBe(true);
    expect(result.verdict).toBe('Accepted');
  });

  it('moves to another container when the lease is lost, and keeps the finished tests', async () => {
    const fake = fakeActivities(12, {
      runTest: async ({ leaseId, testCaseIds: ids }) => {
        if (leaseId === 'lease-1' && ids[0] === 412) {
          throw ApplicationFailure.create({
            type: 'LeaseLost',
            nonRetryable: true,
            message: 'container gone',
          });
        }
        return { reports: ids.map(acceptedReport) };
      },
    });
    const { handle, result } = await grade(fake.activities);
    expect(result).toMatchObject({ verdict: 'Accepted', testsAccepted: 12 });
    expect(fake.inputs('compile').map((input) => input.leaseId)).toEqual(['lease-1', 'lease-2']);
    const onSecond = fake.inputs('runTest').filter((input) => input.leaseId === 'lease-2');
    const ranAgain = onSecond.flatMap((input) => input.testCaseIds);
    expect(ranAgain).toContain(412);
    // Eight are scheduled ahead, so the twelfth was only scheduled once four had finished.
    expect(ranAgain.length).toBeLessThanOrEqual(8);
    expect(fake.inputs('releaseContainer')).toHaveLength(2);
    const { events } = await handle.fetchHistory();
    const ids = (events ?? []).flatMap(
      (event) => event.activityTaskScheduledEventAttributes?.activityId ?? [],
    );
    expect(ids).toHaveLength(new Set(ids).size);
  });

  it('moves to another container when a host falls silent', async () => {
    const fake = fakeActivities(2, {
      runTest: async ({ leaseId, testCaseIds: ids }) => {
        if (leaseId === 'lease-1') return Context.current().cancelled;
        return { reports: ids.map(acceptedReport) };
      },
    });
    const { result } = await grade(fake.activities);
    expect(result.verdict).toBe('Accepted');
    expect(fake.inputs('acquireContainer')).toHaveLength(2);
  });

  it('moves to another container when nobody serves the queue of a host', async () => {
    let leases = 0;
    const good = fakeActivities(2).activities;
    const fake = fakeActivities(2, {
      acquireContainer: async (input) => {
        leases += 1;
        const lease = await good.acquireContainer(input);
        return leases === 1 ? { ...lease, hostQueue: 'grading-host-nobody' } : lease;
      },
    });
    const { result } = await grade(fake.activities);
    expect(result.verdict).toBe('Accepted');
    expect(leases).toBe(2);
  });

  it('reports a System Error and fails when trouble outlasts the deadline', async () => {
    const fake = fakeActivities(2, {
      runTest: async () => {
        throw new Error('no space left on device');
      },
    });
    const { handle, cause } = await gradeToFailure(fake.activities, { deadlineMs: 8000 });
    expect(cause.type).toBe('DeadlineExceeded');
    expect(cause.message).toContain('no space left on device');
    expect(fake.inputs('notifyBackend')[0]).toMatchObject({
      overallStatus: 'System Error',
      results: [{ testCaseId: null, errorMessage: expect.stringContaining('hand it in again') }],
    });
    expect(await searchAttribute(handle, 'FailedStep')).toBe('run');
    expect(await searchAttribute(handle, 'Verdict')).toBe('System Error');
    const { Outcome } = (await handle.describe()).memo ?? {};
    expect(Outcome).toMatch(
      /^failed at step run; after fixing the cause: grader replay \d+\. .*no space left/,
    );
    expect(JSON.stringify(await handle.fetchHistory())).not.toContain('null:null');
    expect(fake.inputs('releaseContainer').length).toBe(fake.inputs('acquireContainer').length);
  });

  it('cuts off a test that hangs at the deadline', async () => {
    const fake = fakeActivities(1, { runTest: heartbeatUntilCancelled });
    const { cause } = await gradeToFailure(fake.activities, { deadlineMs: 2000 });
    expect(cause.type).toBe('DeadlineExceeded');
    expect(fake.inputs('releaseContainer')).toHaveLength(1);
  });

  it('fails at once, without telling anyone, for a submission that does not exist', async () => {
    const fake = fakeActivities(1, {
      loadSubmission: async () => {
        throw ApplicationFailure.create({
          type: 'SubmissionNotFound',
          nonRetryable: true,
          message: 'Submission 99 is not in the database.',
          details: [{ searchAttributes: ['FailedStep'] }],
        });
      },
    });
    const { handle } = await gradeToFailure(fake.activities);
    expect(fake.calls.map((call) => call.activity)).toEqual(['loadSubmission']);
    expect(await searchAttribute(handle, 'FailedStep')).toBe('load');
  });

  it('tells the student why a submission cannot be graded, then fails', async () => {
    const loaded = loadedSubmission(1, 0);
    const fake = fakeActivities(0, {
      loadSubmission: async () => ({ ...loaded, grading: { kind: 'ungradable', message: 'No test cases.' } }),
    });
    const { handle, cause } = await gradeToFailure(fake.activities);
    expect(cause).toMatchObject({ type: 'Ungradable', message: 'No test cases.' });
    expect(fake.inputs('recordResult')[0]).toMatchObject({
      overallStatus: 'System Error',
      results: [{ testCaseId: null, errorMessage: 'No test cases.' }],
    });
    expect(await searchAttribute(handle, 'FailedStep')).toBe('load');
  });

  // Its own `expect`: for the common one, a test that ends beside it ends the current test, and poll refuses to begin.
  it('stops the program, releases the container and records nothing when it is cancelled', async ({
    expect,
  }) => {
    let stopped = 0;
    const fake = fakeActivities(2, {
      runTest: async (input) => {
        try {
          return await heartbeatUntilCancelled(input);
        } finally {
          stopped += 1;
        }
      },
    });
    await environment.withWorkers(fake.activities, async () => {
      const handle = await environment.start();
      await expect.poll(() => fake.inputs('runTest').length).toBe(2);
      const progress = await handle.query(progressQuery);
      expect(progress).toMatchObject({ step: 'run', leases: 1, verdict: null });
      expect(progress.tests.map((test) => test.status)).toEqual(['Pending', 'Pending']);
      await handle.cancel();
      await expect(handle.result()).rejects.toThrow(WorkflowFailedError);
      expect((await handle.describe()).status.name).toBe('CANCELLED');
      // The workflow does not wait for them: they hear of it with their next heartbeat.
      await expect.poll(() => stopped).toBe(2);
    });
    expect(fake.inputs('releaseContainer')).toHaveLength(1);
    expect(fake.inputs('recordResult')).toHaveLength(0);
  });

  it('runs those tests again whose stored output is gone', async () => {
    let asked = 0;
    const kept = { sha256: 'ab', bytes: 5000, preview: 'x' };
    const fake = fakeActivities(3, {
      runTest: async ({ testCaseIds: ids }) => ({
        reports: ids.map((id) => ({ ...acceptedReport(id), output: id === 402 ? kept : 'short' })),
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
    });
    const { result } = await grade(fake.activities);
    expect(result).toMatchObject({ verdict: 'Accepted', testsAccepted: 3 });
    const run = fake.inputs('runTest').map((input) => input.testCaseIds[0]);
    expect(new Set(run.slice(0, 3))).toEqual(new Set([401, 402, 403]));
    expect(run.slice(3)).toEqual([402]);
    expect(fake.inputs('notifyBackend')).toHaveLength(1);
  });

  it('shows the beginning of an output that stays out of reach, rather than losing the verdict', async () => {
    const kept = { sha256: 'ab', bytes: 5000, preview: 'x' };
    const fake = fakeActivities(1, {
      runTest: async ({ testCaseIds: ids }) => ({
        reports: ids.map((id) => ({ ...acceptedReport(id), output: kept })),
      }),
      recordResult: async ({ missingOutputs }) => {
        if (missingOutputs === 'show-preview') return { recorded: true };
        throw ApplicationFailure.create({
          type: 'OutputMissing',
          nonRetryable: true,
          message: 'gone',
          details: [{ testCaseIds: [401] }],
        });
      },
    });
    const { result } = await grade(fake.activities);
    expect(result.verdict).toBe('Accepted');
    expect(fake.inputs('recordResult')).toHaveLength(3);
  });
});
