import { ActivityCancellationDetails, CancelledFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { describe, expect, it } from 'vitest';
import { LeaseLostError } from '../sandbox/errors.js';
import { failure, leased, run } from '../test/fakes/activity-runs.js';
import { outcome, signaled } from '../test/fakes/execution-outcomes.js';
import { fakePlatform } from '../test/fakes/fake-dependencies.js';
import type { RunTestInput } from './run-test.js';

describe('runTest', () => {
  const test = (leaseId: string, ids: number[]): RunTestInput => ({
    leaseId,
    testCaseIds: ids,
    language: 'cpp',
    profile: 'python',
    sourceFile: 'main.cpp',
    timeLimitMs: 1000,
    memoryLimitKb: 262_144,
  });
  const withTests = (count: number) => {
    const platform = fakePlatform();
    for (let id = 401; id < 401 + count; id += 1)
      platform.tests.set(id, { id, input: `in ${id}`, expectedOutput: '8' });
    return platform;
  };

  it('feeds the input, judges and measures', async () => {
    const platform = withTests(1);
    const { reports } = await run(platform, 'runTest', test(await leased(platform), [401]));
    expect(reports).toEqual([
      {
        testCaseId: 401,
        status: 'Accepted',
        executionTimeMs: 3,
        memoryUsedKb: 3400,
        output: '8\n',
        errorMessage: null,
      },
    ]);
    expect(new TextDecoder().decode(platform.requests[0]?.stdin)).toBe('in 401');
    expect(platform.requests[0]?.limits).toMatchObject({
      timeMs: 1000,
      wallMs: 61_000,
      // The byte that reaches 1 MiB is one too many (contract §6).
      stdoutBytes: 1024 * 1024 - 1,
      stderrBytes: 64 * 1024,
    });
  });

  it('judges both streams and reports no time and memory in function mode of the python profile', async () => {
    const platform = withTests(1);
    platform.execute = async () => outcome('', { exitCode: 1, stderrText: '8' });
    const input = { ...test(await leased(platform), [401]), gradingMode: 'function' } as const;
    expect((await run(platform, 'runTest', input)).reports).toEqual([
      {
        testCaseId: 401,
        status: 'Accepted',
        executionTimeMs: 0,
        memoryUsedKb: 0,
        output: '8',
        errorMessage: null,
      },
    ]);
  });

  it('captures of both streams what the limit is for, where both are judged', async () => {
    const platform = withTests(1);
    platform.execute = async () => outcome('x'.repeat(600_000), { stderrText: 'e'.repeat(600_000) });
    const input = { ...test(await leased(platform), [401]), gradingMode: 'function' } as const;
    expect((await run(platform, 'runTest', input)).reports[0]).toMatchObject({
      status: 'Output Limit Exceeded',
      errorMessage: expect.stringContaining('limit of 1 MiB'),
    });
    expect(platform.requests[0]?.limits.stderrBytes).toBe(1024 * 1024);
  });

  it('tells Java its memory, and takes an exhausted heap for Memory Limit Exceeded', async () => {
    const platform = withTests(1);
    const stderrText = 'Aborting due to java.lang.OutOfMemoryError: Java heap space\n';
    platform.execute = async () => ({ ...signaled(6), stderr: new TextEncoder().encode(stderrText) });
    const input = {
      ...test(await leased(platform), [401]),
      language: 'java',
      sourceFile: 'App.java',
    } as const;
    expect((await run(platform, 'runTest', input)).reports[0]).toMatchObject({
      status: 'Memory Limit Exceeded',
      errorMessage: expect.stringContaining("Java's heap"),
    });
    expect(platform.requests[0]?.argv).toEqual(expect.arrayContaining(['java', '-Xmx210944k', 'App']));
    platform.execute = async () => outcome(stderrText, { exitCode: 3, stderrText });
    expect((await run(platform, 'runTest', input)).reports[0]).toMatchObject({ status: 'Runtime Error' });
  });

  it.each([1e308, 429_496_730, Number.NaN])(
    'runs within bounds where a plan holds %s ms',
    async (timeLimitMs) => {
      const platform = withTests(1);
      const input = { ...test(await leased(platform), [401]), timeLimitMs };
      await run(platform, 'runTest', input);
      expect(platform.requests[0]?.limits.timeMs).toBeLessThanOrEqual(3_600_000);
    },
  );

  it.each([
    ['a', '[3,]', /^Test 401 of this problem has an input that cannot be read as the arguments/],
    ['an oversized', 'x'.repeat(64 * 1024 * 1024), /^Test 401 of this problem has an input of 64\.0 MiB/],
  ])('refuses %s test that no program can read, for good', async (_what, input, message) => {
    const platform = withTests(0);
    const functionSignature = 'int f(int a)';
    platform.tests.set(401, { id: 401, input, expectedOutput: '', functionSignature });
    const asked = {
      ...test(await leased(platform), [401]),
      gradingMode: 'function',
      language: 'python',
    } as const;
    const error = await failure(run(platform, 'runTest', asked));
    expect(error).toMatchObject({ type: 'Ungradable', nonRetryable: true });
    expect(error.message).toMatch(message);
    expect(platform.requests).toEqual([]);
  });

  it('keeps a long output by reference and judges the whole of it', async () => {
    const platform = withTests(1);
    const long = 'x'.repeat(100_000);
    platform.tests.set(401, { id: 401, input: '', expectedOutput: long });
    platform.execute = async () => outcome(long);
    const { reports } = await run(platform, 'runTest', test(await leased(platform), [401]));
    expect(reports[0]).toMatchObject({ status: 'Accepted', output: { preview: 'xxxxxxxxxx' } });
    const [stored] = platform.outputs.values();
    expect(stored?.length).toBeLessThan(66_000);
    expect(stored).toContain('of 100000 bytes are shown');
  });

  it('goes on after the last finished test of an earlier attempt', async () => {
    const platform = withTests(3);
    const leaseId = await leased(platform);
    const first = await run(platform, 'runTest', test(leaseId, [401]));
    const environment = new MockActivityEnvironment({
      activityType: 'runTest',
      heartbeatDetails: { reports: first.reports },
    });
    const { reports } = await run(platform, 'runTest', test(leaseId, [401, 402, 403]), environment);
    expect(reports.map((report) => report.testCaseId)).toEqual([401, 402, 403]);
    expect(platform.requests).toHaveLength(3);
  });

  it('returns what was judged before its container was lost, where the rest is asked for elsewhere', async () => {
    const platform = withTests(3);
    const input = { ...test(await leased(platform), [401, 402, 403]), partly: true };
    const { execute } = platform;
    platform.execute = async (request, signal) => {
      if (platform.requests.length === 3) throw new LeaseLostError('the runner was killed');
      return execute(request, signal);
    };
    const { reports, lost } = await run(platform, 'runTest', input);
    expect(reports.map((report) => report.testCaseId)).toEqual([401, 402]);
    expect(lost).toContain('the runner was killed');
    platform.execute = () => Promise.reject(new LeaseLostError('the runner was killed'));
    for (const asked of [input, { ...input, partly: false }]) {
      expect(await failure(run(platform, 'runTest', asked))).toMatchObject({ type: 'LeaseLost' });
    }
  });

  it('explains a crash to the student', async () => {
    const platform = withTests(1);
    platform.execute = async () => signaled(11);
    const { reports } = await run(platform, 'runTest', test(await leased(platform), [401]));
    expect(reports[0]).toMatchObject({
      status: 'Runtime Error',
      errorMessage: expect.stringContaining('SIGSEGV'),
    });
  });

  it('heartbeats while the program waits, and stops it when cancelled', async () => {
    const platform = withTests(1);
    const environment = new MockActivityEnvironment({ activityType: 'runTest' });
    let beats = 0;
    environment.on('heartbeat', () => {
      beats += 1;
      if (beats === 2) environment.cancel('CANCELLED');
    });
    let aborted = false;
    platform.execute = (_request, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          aborted = true;
          reject(new Error('killed'));
        });
      });
    await expect(
      run(platform, 'runTest', test(await leased(platform), [401]), environment),
    ).rejects.toBeInstanceOf(CancelledFailure);
    expect(aborted).toBe(true);
  });

  it('reports its lease as lost when the worker shuts down', async () => {
    const platform = withTests(1);
    const environment = new MockActivityEnvironment({ activityType: 'runTest', heartbeatTimeoutMs: 5000 });
    platform.execute = (_request, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('killed')));
        environment.cancel('WORKER_SHUTDOWN', new ActivityCancellationDetails({ workerShutdown: true }));
      });
    const error = await failure(run(platform, 'runTest', test(await leased(platform), [401]), environment));
    expect(error).toMatchObject({ type: 'LeaseLost', nonRetryable: true });
  });

  it('says so when a test case was deleted meanwhile', async () => {
    const platform = withTests(0);
    const error = await failure(run(platform, 'runTest', test(await leased(platform), [401])));
    expect(error).toMatchObject({ type: 'TestCaseNotFound', nonRetryable: true });
  });
});
