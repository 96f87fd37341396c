import { setTimeout as sleep } from 'node:timers/promises';
import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Activities } from '../../../activities/create-activities.js';
import type { LoadSubmissionOutput } from '../../../activities/load-submission.js';
import { regradeSignalName } from '../../../domain/grading/grading-workflow.js';
import { acceptedReport, fakeActivities, loadedSubmission } from '../../fakes/fake-activities.js';
import type { GradingEnvironment, GradingHandle } from '../../grading-environment.js';
import { openGradingEnvironment } from '../../grading-environment.js';
import { uniqueName } from '../services-fixture.js';

let environment: GradingEnvironment;
beforeAll(async () => {
  environment = await openGradingEnvironment(process.env, uniqueName('regrade'));
});
afterAll(() => environment.close());

/** A submission whose tests can be edited, and whose programs take a while. */
function createStage(overrides: (stage: { version: number }) => Partial<Activities> = () => ({})) {
  const stage = { version: 1, runTestMs: 300 };
  const fake = fakeActivities(2, {
    loadSubmission: async ({ submissionId }) => versioned(submissionId, stage.version),
    runTest: async ({ testCaseIds }) => {
      // The tests are read when they run.
      const status = stage.version === 1 ? 'Accepted' : 'Wrong Answer';
      await sleep(stage.runTestMs);
      return { reports: testCaseIds.map((id) => ({ ...acceptedReport(id), status })) };
    },
    ...overrides(stage),
  });
  return {
    ...fake,
    edit: () => {
      stage.version += 1;
    },
    count: (activity: keyof Activities) => fake.inputs(activity).length,
    notified: () => fake.inputs('notifyBackend').map(({ overallStatus }) => overallStatus),
  };
}

function versioned(submissionId: number, version: number): LoadSubmissionOutput {
  const loaded = loadedSubmission(submissionId, 2);
  if (loaded.grading.kind !== 'plan') throw new Error('a plan was expected');
  const plan = { ...loaded.grading.plan, testDataVersion: `v${version}` };
  return { ...loaded, grading: { kind: 'plan', plan } };
}

const requestRegrade = (handle: GradingHandle) => handle.signal(regradeSignalName);
const patiently = { timeout: 60_000 };

describe('a request to grade again, while the grading runs', () => {
  it('costs a look and no more when nothing has changed', async () => {
    const stage = createStage();
    await environment.withWorkers(stage.activities, async () => {
      const handle = await environment.start();
      await expect.poll(() => stage.count('runTest'), patiently).toBe(2);
      await requestRegrade(handle);
      expect(await handle.result()).toMatchObject({ verdict: 'Accepted' });
    });
    expect(stage.count('loadSubmission')).toBe(2);
    expect(stage.count('compile')).toBe(1);
    expect(stage.notified()).toEqual(['Accepted']);
  });

  it('judges the tests as they stand after it, and delivers nothing of those before', async () => {
    const stage = createStage();
    await environment.withWorkers(stage.activities, async () => {
      const handle = await environment.start();
      await expect.poll(() => stage.count('runTest'), patiently).toBe(2);
      stage.edit();
      await requestRegrade(handle);
      expect(await handle.result()).toMatchObject({ verdict: 'Wrong Answer', testsTotal: 2 });
    });
    expect(stage.count('compile')).toBe(2);
    expect(stage.notified()).toEqual(['Wrong Answer']);
    expect(stage.count('releaseContainer')).toBe(2);
  });

  it('takes the place of a verdict that the backend has not taken yet', async () => {
    let isBackendUp = false;
    const stage = createStage(() => ({
      notifyBackend: async () => {
        if (!isBackendUp) throw new Error('connect ECONNREFUSED');
      },
    }));
    await environment.withWorkers(stage.activities, async () => {
      const handle = await environment.start();
      await expect.poll(() => stage.count('notifyBackend'), patiently).toBeGreaterThan(1);
      stage.edit();
      await requestRegrade(handle);
      await expect.poll(() => stage.notified().at(-1), patiently).toBe('Wrong Answer');
      isBackendUp = true;
      expect(await handle.result()).toMatchObject({ verdict: 'Wrong Answer' });
    });
    const last = stage.notified().lastIndexOf('Accepted');
    expect(last).toBeLessThan(stage.notified().indexOf('Wrong Answer'));
    expect(stage.count('recordResult')).toBe(2);
  });

  it('keeps a verdict that the backend has not taken yet, when nothing has changed', async () => {
    let isBackendUp = false;
    const stage = createStage(() => ({
      notifyBackend: async () => {
        // Longer than the wait for further requests: one is under way when the request comes.
        await sleep(3_000);
        if (!isBackendUp) throw new Error('connect ECONNREFUSED');
      },
    }));
    await environment.withWorkers(stage.activities, async () => {
      const handle = await environment.start();
      await expect.poll(() => stage.count('notifyBackend'), patiently).toBe(1);
      await requestRegrade(handle);
      await expect.poll(() => stage.count('recordResult'), patiently).toBe(2);
      await requestRegrade(handle);
      isBackendUp = true;
      expect(await handle.result()).toMatchObject({ verdict: 'Accepted' });
      const { events } = await handle.fetchHistory();
      expect(events?.filter(({ workflowTaskFailedEventAttributes: failed }) => failed)).toEqual([]);
    });
    expect(stage.count('compile')).toBe(1);
    expect(new Set(stage.notified())).toEqual(new Set(['Accepted']));
  });

  it('delivers the same verdict again when it comes after the delivery: somebody has set the submission to Pending', async () => {
    const stage = createStage(() => ({ releaseContainer: () => sleep(2_000) }));
    await environment.withWorkers(stage.activities, async () => {
      const handle = await environment.start();
      await expect.poll(() => stage.count('notifyBackend'), patiently).toBe(1);
      await sleep(500);
      await requestRegrade(handle);
      expect(await handle.result()).toMatchObject({ verdict: 'Accepted' });
    });
    expect(stage.notified()).toEqual(['Accepted', 'Accepted']);
    expect(stage.count('recordResult')).toBe(2);
    expect(stage.count('compile')).toBe(1);
  });

  it('costs two runs at most, however many come', async () => {
    const stage = createStage();
    await environment.withWorkers(stage.activities, async () => {
      const handle = await environment.start();
      await expect.poll(() => stage.count('runTest'), patiently).toBe(2);
      stage.edit();
      for (let sent = 0; sent < 1000; sent += 50) {
        await Promise.all(Array.from({ length: 50 }, () => requestRegrade(handle)));
      }
      expect(await handle.result()).toMatchObject({ verdict: 'Wrong Answer' });
    });
    expect(stage.count('compile')).toBe(2);
    expect(stage.notified()).toEqual(['Wrong Answer']);
  });

  it('is answered by a new grading where the running one has come to nothing', async () => {
    let isBroken = true;
    const stage = createStage(() => ({
      loadSubmission: async ({ submissionId }) => {
        if (!isBroken) return versioned(submissionId, 1);
        const message = 'No test cases.';
        return { ...versioned(submissionId, 1), grading: { kind: 'ungradable', message } };
      },
      notifyBackend: async ({ overallStatus }) => {
        if (overallStatus === 'System Error') throw new Error('connect ECONNREFUSED');
      },
    }));
    await environment.withWorkers(stage.activities, async () => {
      const handle = await environment.start();
      await expect.poll(() => stage.count('notifyBackend'), patiently).toBe(1);
      isBroken = false;
      await requestRegrade(handle);
      expect(await handle.result()).toMatchObject({ verdict: 'Accepted' });
    });
    expect(stage.notified().at(-1)).toBe('Accepted');
  });

  it('fails the grading of a submission that was deleted meanwhile', async () => {
    let isThere = true;
    const stage = createStage(() => ({
      loadSubmission: async ({ submissionId }) => {
        if (isThere) return versioned(submissionId, 1);
        throw ApplicationFailure.create({
          type: 'SubmissionNotFound',
          nonRetryable: true,
          message: 'gone',
        });
      },
    }));
    await environment.withWorkers(stage.activities, async () => {
      const handle = await environment.start();
      await expect.poll(() => stage.count('runTest'), patiently).toBe(2);
      isThere = false;
      await requestRegrade(handle);
      await expect(handle.result()).rejects.toThrow(WorkflowFailedError);
    });
    expect(stage.count('recordResult')).toBe(0);
  });

  it('does not outlive a cancellation', async () => {
    const stage = createStage(() => ({
      notifyBackend: async () => {
        throw new Error('connect ECONNREFUSED');
      },
    }));
    await environment.withWorkers(stage.activities, async () => {
      const handle = await environment.start();
      await expect.poll(() => stage.count('notifyBackend'), patiently).toBeGreaterThan(0);
      await requestRegrade(handle);
      await handle.cancel();
      await expect(handle.result()).rejects.toThrow(WorkflowFailedError);
      expect((await handle.describe()).status.name).toBe('CANCELLED');
    });
    expect(stage.count('releaseContainer')).toBe(1);
  });

  it('keeps what the web UI shows of the submission, and the verdict of the last run alone', async () => {
    const stage = createStage();
    await environment.withWorkers(stage.activities, async () => {
      const handle = await environment.start();
      await expect.poll(() => stage.count('runTest'), patiently).toBe(2);
      stage.edit();
      await requestRegrade(handle);
      await handle.result();
      const { searchAttributes, historyLength } = await handle.describe();
      expect(searchAttributes).toMatchObject({ Verdict: ['Wrong Answer'], Origin: ['cli'], Score: [0] });
      expect(historyLength).toBeGreaterThan(10);
    });
  });
});
