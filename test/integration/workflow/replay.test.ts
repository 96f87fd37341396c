import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Activities } from '../../../activities/create-activities.js';
import type { PreviousRun } from '../../../domain/grading/previous-run.js';
import { resumePoint } from '../../../domain/grading/previous-run.js';
import { readPreviousRun } from '../../../platform/temporal/read-previous-run.js';
import { readRun } from '../../../platform/temporal/read-run.js';
import { acceptedReport, fakeActivities, loadedSubmission } from '../../fakes/fake-activities.js';
import type { GradingEnvironment } from '../../grading-environment.js';
import { openGradingEnvironment } from '../../grading-environment.js';
import { uniqueName } from '../services-fixture.js';

let environment: GradingEnvironment;

beforeAll(async () => {
  environment = await openGradingEnvironment(process.env, uniqueName('replay'));
});

afterAll(async () => {
  await environment.close();
});

/** Grades until it fails, and reads what it had come to. */
async function failing(activities: Activities, input: { deadlineMs?: number } = {}): Promise<PreviousRun> {
  return environment.withWorkers(activities, async () => {
    const handle = await environment.start(input);
    await expect(handle.result()).rejects.toThrow();
    return readPreviousRun('earlier-run', readRun(await handle.fetchHistory()));
  });
}

async function replaying(earlier: PreviousRun, activities: Activities) {
  return environment.withWorkers(activities, async () => {
    const handle = await environment.start({ origin: 'replay', earlier });
    return handle.result();
  });
}

const notFound = async () => {
  throw ApplicationFailure.create({
    type: 'SubmissionNotFound',
    nonRetryable: true,
    message: 'The backend answered 404.',
  });
};

describe('the replay of a failed grading', () => {
  it('notifies only, when only that had failed', async () => {
    const earlier = await failing(fakeActivities(3, { notifyBackend: notFound }).activities);
    expect(earlier).toMatchObject({ recorded: true, hostQueue: 'grading-host-fake' });
    const fake = fakeActivities(3);
    expect(await replaying(earlier, fake.activities)).toMatchObject({
      verdict: 'Accepted',
      testsAccepted: 3,
    });
    expect(fake.calls.map((call) => call.activity)).toEqual(['loadSubmission', 'notifyBackend']);
    expect(fake.inputs('notifyBackend')[0]?.results.map((row) => row.testCaseId)).toEqual([401, 402, 403]);
  });

  it('records and notifies a result at hand without running anything', async () => {
    const earlier = await failing(fakeActivities(3, { recordResult: notFound }).activities);
    expect(earlier.recorded).toBe(false);
    const fake = fakeActivities(3);
    await replaying(earlier, fake.activities);
    expect(fake.calls.map((call) => call.activity)).toEqual([
      'loadSubmission',
      'recordResult',
      'notifyBackend',
    ]);
  });

  it('sends a compile error again without compiling', async () => {
    const earlier = await failing(
      fakeActivities(3, {
        compile: async () => ({ kind: 'compile-error', message: 'main.cpp:1: error', wallMs: 3 }),
        notifyBackend: notFound,
      }).activities,
    );
    const fake = fakeActivities(3);
    expect(await replaying(earlier, fake.activities)).toMatchObject({ verdict: 'Compile Error' });
    expect(fake.calls.map((call) => call.activity)).toEqual(['loadSubmission', 'notifyBackend']);
  });

  it('compiles again and keeps the finished tests when running had failed', async () => {
    const earlier = await failing(
      fakeActivities(3, {
        runTest: async ({ testCaseIds: ids }) => {
          if (ids[0] === 402) throw new Error('no space left on device');
          return { reports: ids.map(acceptedReport) };
        },
      }).activities,
      { deadlineMs: 3000 },
    );
    expect(earlier).toMatchObject({ failedStep: 'run', recorded: false });
    expect(earlier.reports.map((report) => report.testCaseId)).toEqual([401, 403]);
    const fake = fakeActivities(3);
    expect(await replaying(earlier, fake.activities)).toMatchObject({
      verdict: 'Accepted',
      testsAccepted: 3,
    });
    expect(fake.inputs('compile')).toHaveLength(1);
    expect(fake.inputs('runTest').map((input) => input.testCaseIds)).toEqual([[402]]);
  });

  it('begins at the start when the test data was edited since', async () => {
    const earlier = await failing(fakeActivities(2, { notifyBackend: notFound }).activities);
    const edited = loadedSubmission(1, 2);
    const fake = fakeActivities(2, {
      loadSubmission: async () => ({
        ...edited,
        grading:
          edited.grading.kind === 'plan'
            ? { kind: 'plan', plan: { ...edited.grading.plan, testDataVersion: 'another' } }
            : edited.grading,
      }),
    });
    expect(await replaying(earlier, fake.activities)).toMatchObject({ testsAccepted: 2 });
    expect(fake.inputs('compile')).toHaveLength(1);
    expect(fake.inputs('runTest')).toHaveLength(2);
  });

  it('runs those tests again whose outputs the host no longer has', async () => {
    const kept = { sha256: 'ab', bytes: 5000, preview: 'x' };
    const earlier = await failing(
      fakeActivities(2, {
        runTest: async ({ testCaseIds: ids }) => ({
          reports: ids.map((id) => ({ ...acceptedReport(id), output: id === 402 ? kept : 'short' })),
        }),
        notifyBackend: notFound,
      }).activities,
    );
    let asked = 0;
    const fake = fakeActivities(2, {
      notifyBackend: async () => {
        asked += 1;
        if (asked > 1) return;
        throw ApplicationFailure.create({
          type: 'OutputMissing',
          nonRetryable: true,
          message: 'gone',
          details: [{ testCaseIds: [402] }],
        });
      },
    });
    expect(await replaying(earlier, fake.activities)).toMatchObject({
      verdict: 'Accepted',
      testsAccepted: 2,
    });
    expect(fake.inputs('runTest').map((input) => input.testCaseIds)).toEqual([[402]]);
    expect(fake.inputs('recordResult')).toHaveLength(1);
  });

  it('of a failed replay still knows what the first run had come to', async () => {
    const first = await failing(fakeActivities(2, { notifyBackend: notFound }).activities);
    const second = await environment.withWorkers(
      fakeActivities(2, { notifyBackend: notFound }).activities,
      async () => {
        const handle = await environment.start({ origin: 'replay', earlier: first });
        await expect(handle.result()).rejects.toThrow();
        return readPreviousRun('earlier-run', readRun(await handle.fetchHistory()));
      },
    );
    expect(resumePoint(second)).toMatchObject({ from: 'notify' });
    expect(second.reports).toEqual(first.reports);
  });
});
