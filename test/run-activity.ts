import { MockActivityEnvironment } from '@temporalio/testing';
import type { Activities } from '../activities/create-activities.js';

/** Runs one activity as a worker would, without a server. */
export function runActivity<Name extends keyof Activities>(
  activities: Activities,
  name: Name,
  input: Parameters<Activities[Name]>[0],
): Promise<Awaited<ReturnType<Activities[Name]>>> {
  const environment = new MockActivityEnvironment({ activityType: name });
  return environment.run(activities[name] as never, input as never);
}
