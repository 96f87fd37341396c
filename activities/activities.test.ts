import { describe, expect, it } from 'vitest';
import { failure, leased, run } from '../test/fakes/activity-runs.js';
import { facts, fakePlatform } from '../test/fakes/fake-dependencies.js';
import type { DeliverResultInput } from './deliver-result.js';

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

  it('tell the backend what the database can hold, as it writes there, too', async () => {
    const platform = fakePlatform();
    platform.asStored = ({ results, ...result }) => ({
      ...result,
      results: results.map((test) => ({
        ...test,
        outputReceived: test.outputReceived?.replace('€', '?') ?? null,
      })),
    });
    await run(platform, 'notifyBackend', result('5 €'));
    expect(platform.posted[0]?.results[0]?.outputReceived).toBe('5 ?');
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
