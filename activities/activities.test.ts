import { ActivityCancellationDetails, CancelledFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { describe, expect, it } from 'vitest';
import { failure, leased, run } from '../test/fakes/activity-runs.js';
import { outcome, signaled } from '../test/fakes/execution-outcomes.js';
import { facts, fakePlatform } from '../test/fakes/fake-dependencies.js';
import type { DeliverResultInput } from './deliver-result.js';
import type { RunTestInput } from './run-test.js';

describe('loadSubmission', () => {
  it.each([
    [
      'python',
      '[1, 2,]',
      /^Test 2 of this problem \(id 402\) has an input that cannot be read.*tell your teacher.*not judged/,
    ],
    ['java', '3 4', /Test 2 .*no JSON array/],
    ['cpp', '[3, 4]', /Test 2 .*it is a JSON array, but here/],
  ])('blames the test whose input no program in %s can read', async (language, input, message) => {
    const platform = fakePlatform();
    const functionSignature = 'int f(int a, int b)';
    platform.submissions.set(5, { ...facts, language, gradingMode: 'function', functionSignature });
    platform.tests.set(401, { id: 401, input: language === 'cpp' ? '1 2' : '[1, 2]', expectedOutput: '' });
    platform.tests.set(402, { id: 402, input, expectedOutput: '' });
    const loaded = await run(platform, 'loadSubmission', { submissionId: 5 });
    expect(loaded.grading).toEqual({ kind: 'ungradable', message: expect.stringMatching(message) });
    expect(loaded.about.language).toBe(language);
  });

  it('leaves inputs that are large to the step that uses them', async () => {
    const platform = fakePlatform();
    const sizes = { testInputBytes: [2 ** 20, 1] };
    platform.submissions.set(5, {
      ...facts,
      gradingMode: 'function',
      functionSignature: 'int f(int a)',
      ...sizes,
    });
    platform.tests.set(402, { id: 402, input: 'no number', expectedOutput: '' });
    expect((await run(platform, 'loadSubmission', { submissionId: 5 })).grading.kind).toBe('plan');
  });

  it('gives the programs the time of their limits on top of the deadline', async () => {
    const platform = fakePlatform();
    platform.submissions.set(5, { ...facts, timeLimitMs: 2 ** 31 - 1 });
    const loaded = await run(platform, 'loadSubmission', { submissionId: 5 });
    expect(loaded.deadlineMs).toBe(platform.deps.settings.gradingDeadlineMs + 2 * 3_600_000);
  });

  it('fails for good when there is no such submission, with the next command', async () => {
    const error = await failure(
      run(fakePlatform({ searchAttributes: ['FailedStep'] }), 'loadSubmission', { submissionId: 99 }),
    );
    expect(error).toMatchObject({ type: 'SubmissionNotFound', nonRetryable: true });
    expect(error.message).toContain('where id = 99');
    expect(error.details).toEqual([{ searchAttributes: ['FailedStep'] }]);
  });

  it('puts ids and limits into the history, neither source nor data', async () => {
    const platform = fakePlatform();
    platform.submissions.set(5, { ...facts, testCaseIds: [401] });
    const loaded = await run(platform, 'loadSubmission', { submissionId: 5 });
    expect(loaded.grading).toMatchObject({ kind: 'plan', plan: { timeLimitMs: 1000, testCaseIds: [401] } });
  });

  it('lets the database be retried', async () => {
    const platform = fakePlatform();
    const broken = {
      ...platform.deps.store,
      loadPlan: () => Promise.reject(new Error('connect ECONNREFUSED')),
    };
    const error = await failure(
      run({ ...platform, deps: { ...platform.deps, store: broken } }, 'loadSubmission', { submissionId: 5 }),
    );
    expect(error).toMatchObject({
      type: 'Infrastructure',
      nonRetryable: false,
      message: 'connect ECONNREFUSED',
    });
  });
});

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

describe('recordResult and notifyBackend', () => {
  const result = (output: DeliverResultInput['results'][0]['output']): DeliverResultInput => ({
    submissionId: 5,
    overallStatus: 'Accepted',
    missingOutputs: 'fail',
    results: [
      {
        testCaseId: 401,
        status: 'Accepted',
        executionTimeMs: 3,
        memoryUsedKb: 3400,
        output,
        errorMessage: null,
      },
    ],
  });

  it('put the stored output back in its place', async () => {
    const platform = fakePlatform();
    const kept = await platform.deps.outputs.put('x'.repeat(3000));
    expect(await run(platform, 'recordResult', result(kept))).toEqual({
      recorded: true,
      overallStatus: 'Accepted',
    });
    await run(platform, 'notifyBackend', result(kept));
    expect(platform.recorded[0]?.results[0]?.outputReceived).toHaveLength(3000);
    expect(platform.posted[0]).toEqual(platform.recorded[0]);
  });

  it('name the tests whose output is gone, or show its beginning when asked to', async () => {
    const platform = fakePlatform();
    const gone = { sha256: 'none', bytes: 3000, preview: 'xx' };
    const error = await failure(run(platform, 'recordResult', result(gone)));
    expect(error).toMatchObject({
      type: 'OutputMissing',
      nonRetryable: true,
      details: [{ testCaseIds: [401] }],
    });
    await run(platform, 'recordResult', { ...result(gone), missingOutputs: 'show-preview' });
    expect(platform.recorded[0]?.results[0]?.outputReceived).toBe('xx');
  });

  it('leave the writing to the backend where the role may not, unless it must', async () => {
    const platform = fakePlatform();
    platform.recordOutcome = 'not-permitted';
    expect(await run(platform, 'recordResult', result('8'))).toEqual({
      recorded: false,
      overallStatus: 'Accepted',
    });
    const strict = fakePlatform({ recordResult: 'always' });
    strict.recordOutcome = 'not-permitted';
    expect(await failure(run(strict, 'recordResult', result('8')))).toMatchObject({ nonRetryable: false });
    const never = fakePlatform({ recordResult: 'never' });
    await run(never, 'recordResult', result('8'));
    expect(never.recorded).toHaveLength(0);
  });

  it('end for good when the submission is gone', async () => {
    const platform = fakePlatform();
    platform.postOutcome = 'not-found';
    expect(await failure(run(platform, 'notifyBackend', result('8')))).toMatchObject({
      type: 'SubmissionNotFound',
      nonRetryable: true,
    });
  });
});

describe('releaseContainer', () => {
  it('may be repeated', async () => {
    const platform = fakePlatform();
    const leaseId = await leased(platform);
    await run(platform, 'releaseContainer', { leaseId });
    await run(platform, 'releaseContainer', { leaseId });
    expect(platform.leases.size).toBe(0);
  });
});
