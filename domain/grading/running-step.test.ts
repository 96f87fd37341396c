import { expect, it } from 'vitest';
import { runningStep } from './running-step.js';

it.each([
  [[], 'between steps'],
  [[{ activity: 'loadSubmission', isStarted: true }], 'load'],
  [[{ activity: 'acquireContainer', isStarted: false }], 'waiting for a container'],
  [[{ activity: 'acquireContainer', isStarted: true }], 'acquire'],
  [
    [
      { activity: 'runTest', isStarted: false },
      { activity: 'runTest', isStarted: true },
    ],
    'run',
  ],
  [
    [
      { activity: 'releaseContainer', isStarted: true },
      { activity: 'recordResult', isStarted: true },
    ],
    'record',
  ],
  [[{ activity: 'releaseContainer', isStarted: true }], 'release'],
  [[{ activity: 'notifyBackend', isStarted: true }], 'notify'],
  [[{ activity: 'unknown', isStarted: true }], 'between steps'],
])('with %j under way a grading is at: %s', (activities, step) => {
  expect(runningStep(activities)).toBe(step);
});
