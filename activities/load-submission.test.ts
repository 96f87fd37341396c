import { MockActivityEnvironment } from '@temporalio/testing';
import { expect, it } from 'vitest';
import { DatabaseUnreachableError } from '../domain/grading/step-error.js';
import { failure, run } from '../test/fakes/activity-runs.js';
import { fakePlatform } from '../test/fakes/fake-dependencies.js';

const minute = 60_000;

/** An attempt after others that have failed on end for longer than the deadline. */
function lateAttempt(error: Error) {
  const platform = fakePlatform();
  const store = { ...platform.deps.store, loadPlan: () => Promise.reject(error) };
  const environment = new MockActivityEnvironment({
    activityType: 'loadSubmission',
    heartbeatDetails: { failingSince: Date.now() - 31 * minute, failedAt: Date.now() - 10_000 },
  });
  return failure(
    run(
      { ...platform, deps: { ...platform.deps, store } },
      'loadSubmission',
      { submissionId: 5, deadlineMs: 30 * minute },
      environment,
    ),
  );
}

it('waits without end for a database that cannot be reached, whatever that error is called', async () => {
  const renamed = Object.defineProperty(new DatabaseUnreachableError('refused'), 'name', {
    value: 'Renamed',
  });
  for (const error of [new DatabaseUnreachableError('refused'), renamed]) {
    expect(await lateAttempt(error)).toMatchObject({ type: 'DatabaseUnreachable', nonRetryable: false });
  }
});

it('gives up on end for what else fails, even if it is called like that', async () => {
  const impostor = Object.defineProperty(new Error('refused'), 'name', { value: 'DatabaseUnreachableError' });
  expect(await lateAttempt(impostor)).toMatchObject({ type: 'DeadlineExceeded', nonRetryable: true });
});
