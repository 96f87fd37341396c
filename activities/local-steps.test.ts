import { ActivityCancellationDetails } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { describe, expect, it } from 'vitest';
import { loadSettings } from '../platform/settings/settings.js';
import { failure, leased, run } from '../test/fakes/activity-runs.js';
import type { FakePlatform } from '../test/fakes/fake-dependencies.js';
import { facts, fakePlatform } from '../test/fakes/fake-dependencies.js';
import { createActivities } from './create-activities.js';
import type { RunTestInput } from './run-test.js';

const here = 'grading-host-fake';

async function oneTest(platform: FakePlatform, onlyOnHost: string): Promise<RunTestInput> {
  platform.tests.set(401, { id: 401, input: '3 5', expectedOutput: '8' });
  return {
    leaseId: await leased(platform),
    testCaseIds: [401],
    language: 'cpp',
    profile: 'python',
    sourceFile: 'main.cpp',
    timeLimitMs: 1000,
    memoryLimitKb: 262_144,
    onlyOnHost,
  };
}

describe('a step within a workflow task', () => {
  it('runs tests on the host of their container, and says how long they took', async () => {
    const platform = fakePlatform();
    const { reports, local } = await run(platform, 'runTest', await oneTest(platform, here));
    expect(reports).toMatchObject([{ testCaseId: 401, status: 'Accepted' }]);
    expect(local).toEqual({ elsewhere: false, tookMs: expect.any(Number) });
  });

  it('ends together with what was begun together with it, whether that ran or not', async () => {
    const platform = fakePlatform();
    const { runTest } = createActivities(platform.deps);
    const input = { ...(await oneTest(platform, here)), wave: { firstTestId: 401, size: 2 } };
    const ended: string[] = [];
    const begin = (what: string, asked: RunTestInput) =>
      new MockActivityEnvironment().run(runTest, asked).then(() => ended.push(what));
    const first = begin('here', input);
    await expect.poll(() => platform.requests.length).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(ended).toEqual([]);
    await begin('elsewhere', { ...input, onlyOnHost: 'grading-host-other' });
    await first;
    expect(ended).toContain('here');
  });

  it('runs nothing on another host', async () => {
    const platform = fakePlatform();
    platform.execute = () => {
      throw new Error('a program was run');
    };
    const input = await oneTest(platform, 'grading-host-other');
    expect(await run(platform, 'runTest', input)).toEqual({
      reports: [],
      local: { elsewhere: true, tookMs: 0 },
    });
  });

  it('runs no test where LOCAL_TESTS is off, whatever the host says that loaded the submission', async () => {
    const platform = fakePlatform({ localTests: false });
    const { local } = await run(platform, 'runTest', await oneTest(platform, here));
    expect(local).toEqual({ elsewhere: true, tookMs: 0 });
  });

  it('runs no test a second time in its container: the task of the first time was lost, as one more may be', async () => {
    const platform = fakePlatform();
    const input = await oneTest(platform, here);
    const again = { reports: [], local: { elsewhere: true, tookMs: 0 } };
    expect(await run(platform, 'runTest', input)).toMatchObject({ local: { elsewhere: false } });
    expect(await run(platform, 'runTest', input)).toEqual(again);
    const { onlyOnHost: _anyHost, ...asActivity } = input;
    expect((await run(platform, 'runTest', asActivity)).reports).toHaveLength(1);
    const inAnotherContainer = await oneTest(platform, here);
    expect(await run(platform, 'runTest', inAnotherContainer)).toMatchObject({ local: { elsewhere: false } });
  });

  it('releases a container of its own host alone', async () => {
    const platform = fakePlatform();
    const leaseId = await leased(platform);
    const release = (onlyOnHost: string) => run(platform, 'releaseContainer', { leaseId, onlyOnHost });
    expect(await release('grading-host-other')).toEqual({ elsewhere: true });
    expect(platform.leases.size).toBe(1);
    expect(await release(here)).toEqual({ elsewhere: false });
    expect(platform.leases.size).toBe(0);
  });

  it('sends no heartbeat, which the server would not know', async () => {
    const platform = fakePlatform();
    platform.execute = () => Promise.reject(new Error('the container does not answer'));
    const beatsOf = async (isLocal: boolean) => {
      const environment = new MockActivityEnvironment({ activityType: 'runTest', isLocal });
      let beats = 0;
      environment.on('heartbeat', () => {
        beats += 1;
      });
      await failure(run(platform, 'runTest', await oneTest(platform, here), environment));
      return beats;
    };
    expect(await beatsOf(true)).toBe(0);
    expect(await beatsOf(false)).toBe(1);
  });

  it('reports its lease as lost when the worker shuts down', async () => {
    const platform = fakePlatform();
    const environment = new MockActivityEnvironment({ activityType: 'runTest', isLocal: true });
    platform.execute = (_request, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('killed')));
        environment.cancel('WORKER_SHUTDOWN', new ActivityCancellationDetails({ workerShutdown: true }));
      });
    const error = await failure(run(platform, 'runTest', await oneTest(platform, here), environment));
    expect(error).toMatchObject({ type: 'LeaseLost', nonRetryable: true });
  });

  it('is for tests only where LOCAL_TESTS says so', async () => {
    for (const [LOCAL_TESTS, localTests] of [
      ['on', true],
      ['off', false],
    ] as const) {
      const platform = fakePlatform({ localTests: loadSettings({ LOCAL_TESTS }).localTests });
      platform.submissions.set(5, facts);
      expect(await run(platform, 'loadSubmission', { submissionId: 5 })).toMatchObject({ localTests });
    }
    expect(loadSettings({}).localTests).toBe(true);
  });
});
