import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Activities } from '../../../activities/create-activities.js';
import { fakeActivities } from '../../fakes/fake-activities.js';
import type { GradingEnvironment } from '../../grading-environment.js';
import { openGradingEnvironment } from '../../grading-environment.js';
import { uniqueName } from '../services-fixture.js';

let environment: GradingEnvironment;

beforeAll(async () => {
  environment = await openGradingEnvironment(process.env, uniqueName('unrecorded'));
});

afterAll(async () => {
  await environment.close();
});

const postponed = { recorded: false, postponed: 'duplicate key' };

/** Takes the record only from this attempt beside the notification on. */
function recordingLate(attempts: number): Activities['recordResult'] {
  let late = 0;
  return async ({ untilRecorded }) => {
    if (untilRecorded !== true) return postponed;
    late += 1;
    if (late < attempts) throw new Error('duplicate key');
    return { recorded: true };
  };
}

it.concurrent('the backend is told while the database does not take the result, and the record follows', async () => {
  let isRecorded = false;
  let wasRecorded: boolean | undefined;
  const late = recordingLate(3);
  const fake = fakeActivities(2, {
    recordResult: async (input) => {
      const output = await late(input);
      isRecorded = output.recorded;
      return output;
    },
    notifyBackend: async () => {
      wasRecorded = isRecorded;
    },
  });
  await environment.withWorkers(fake.activities, async () => {
    const handle = await environment.start();
    expect(await handle.result()).toMatchObject({ verdict: 'Accepted' });
  });
  expect(wasRecorded).toBe(false);
  expect(isRecorded).toBe(true);
  expect(fake.inputs('notifyBackend')).toHaveLength(1);
});

it.concurrent('a grading whose record keeps failing can be cancelled', async () => {
  const fake = fakeActivities(1, { recordResult: recordingLate(1_000) });
  await environment.withWorkers(fake.activities, async () => {
    const handle = await environment.start();
    while (fake.inputs('recordResult').length < 3) await sleep(100);
    await handle.cancel();
    await expect(handle.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
  });
});

it.concurrent('a submission that is gone for the backend ends the attempts to record it', async () => {
  const fake = fakeActivities(1, {
    recordResult: recordingLate(1_000),
    notifyBackend: async () => {
      throw ApplicationFailure.create({ type: 'SubmissionNotFound', nonRetryable: true, message: 'gone' });
    },
  });
  await environment.withWorkers(fake.activities, async () => {
    const handle = await environment.start();
    const failed: WorkflowFailedError = await handle.result().catch((reason) => reason);
    expect(failed.cause).toMatchObject({ type: 'SubmissionNotFound', details: [{ step: 'notify' }] });
  });
});

it.concurrent('a test that is deleted after the backend was told makes no System Error of its verdict', async () => {
  let isTold = false;
  const fake = fakeActivities(1, {
    recordResult: async ({ untilRecorded }) => {
      if (untilRecorded !== true) return postponed;
      if (!isTold) throw new Error('duplicate key');
      throw ApplicationFailure.create({ type: 'ResultRefused', nonRetryable: true, message: 'no such test' });
    },
    notifyBackend: async () => {
      isTold = true;
    },
  });
  await environment.withWorkers(fake.activities, async () => {
    expect(await (await environment.start()).result()).toMatchObject({ verdict: 'Accepted' });
  });
  expect(fake.inputs('notifyBackend').map((input) => input.overallStatus)).toEqual(['Accepted']);
});

it.concurrent('a refusal that overtakes the answer of the backend changes nothing about it', async () => {
  const fake = fakeActivities(1, {
    recordResult: async ({ untilRecorded }) => {
      if (untilRecorded !== true) return postponed;
      throw ApplicationFailure.create({ type: 'ResultRefused', nonRetryable: true, message: 'no such test' });
    },
    notifyBackend: () => sleep(1_500),
  });
  await environment.withWorkers(fake.activities, async () => {
    expect(await (await environment.start()).result()).toMatchObject({ verdict: 'Accepted' });
  });
  expect(fake.inputs('notifyBackend').map((input) => input.overallStatus)).toEqual(['Accepted']);
});

it.concurrent.each<[what: string, recordResult: Activities['recordResult'], message: RegExp]>([
  [
    'is postponed',
    recordingLate(2),
    /Grading ended without a verdict at step compile: .*the compiler is broken$/,
  ],
  [
    'is refused',
    async () => {
      throw ApplicationFailure.create({ type: 'ResultRefused', nonRetryable: true, message: 'no such test' });
    },
    /Grading ended without a verdict at step compile: .*could not be delivered: no such test/,
  ],
])('a System Error whose record %s is notified all the same', async (_what, recordResult, message) => {
  const fake = fakeActivities(1, {
    compile: async () => {
      throw new Error('the compiler is broken');
    },
    recordResult,
  });
  await environment.withWorkers(fake.activities, async () => {
    const handle = await environment.start({ deadlineMs: 4_000 });
    const failed: WorkflowFailedError = await handle.result().catch((reason) => reason);
    expect(failed.cause).toMatchObject({
      type: 'DeadlineExceeded',
      message: expect.stringMatching(message),
    });
  });
  expect(fake.inputs('notifyBackend').map((input) => input.overallStatus)).toEqual(['System Error']);
});
