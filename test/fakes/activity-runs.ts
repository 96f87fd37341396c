import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import type { Activities } from '../../activities/create-activities.js';
import { createActivities } from '../../activities/create-activities.js';
import type { FakePlatform } from './fake-dependencies.js';

/** Runs one activity on the platform in memory. */
export function run<Name extends keyof Activities>(
  platform: FakePlatform,
  name: Name,
  input: Parameters<Activities[Name]>[0],
  environment = new MockActivityEnvironment({ activityType: name }),
): Promise<Awaited<ReturnType<Activities[Name]>>> {
  return environment.run(createActivities(platform.deps)[name] as never, input as never);
}

export async function failure(promise: Promise<unknown>): Promise<ApplicationFailure> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ApplicationFailure)) throw new Error('Not an ApplicationFailure.', { cause: error });
  return error;
}

export async function leased(platform: FakePlatform): Promise<string> {
  const { leaseId } = await run(platform, 'acquireContainer', { submissionId: 5 });
  return leaseId;
}
