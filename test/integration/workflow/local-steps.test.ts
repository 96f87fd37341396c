import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import { ApplicationFailure, defaultPayloadConverter } from '@temporalio/common';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Activities } from '../../../activities/create-activities.js';
import { FailureType } from '../../../domain/grading/failure-type.js';
import { readPreviousRun } from '../../../platform/temporal/read-previous-run.js';
import { readRun } from '../../../platform/temporal/read-run.js';
import { acceptedReport, fakeActivities, loadedSubmission } from '../../fakes/fake-activities.js';
import type { GradingEnvironment, GradingHandle } from '../../grading-environment.js';
import { openGradingEnvironment } from '../../grading-environment.js';
import { historyToJson } from '../../history-file.js';
import { testWorkflowCode } from '../../workflow-bundle.js';
import { eventually } from '../eventually.js';
import { uniqueName } from '../services-fixture.js';

let environment: GradingEnvironment;
let workflowBundle: { readonly code: string };
beforeAll(async () => {
  environment = await openGradingEnvironment(process.env, uniqueName('local-steps'));
  workflowBundle = await testWorkflowCode();
});
afterAll(() => environment.close());

const localTests: Partial<Activities> = {
  loadSubmission: async ({ submissionId }) => ({ ...loadedSubmission(submissionId, 6), localTests: true }),
};
async function ranLocally(testCaseIds: readonly number[], tookMs: number) {
  await sleep(Math.random() * 30);
  return { reports: testCaseIds.map(acceptedReport), local: { elsewhere: false, tookMs } };
}
const leaseLost = () =>
  ApplicationFailure.create({
    type: FailureType.LeaseLost,
    nonRetryable: true,
    message: 'the lease has ended',
  });
const ranAsActivity = (testCaseIds: readonly number[]) => ({ reports: testCaseIds.map(acceptedReport) });

/** In order: the ids of its activities, and the summaries of the steps within its workflow tasks. */
async function stepsOf(handle: GradingHandle): Promise<string[]> {
  const { events } = await handle.fetchHistory();
  return (events ?? []).flatMap((event) => {
    const scheduled = event.activityTaskScheduledEventAttributes?.activityId;
    if (scheduled) return [scheduled];
    const marker = event.markerRecordedEventAttributes;
    if (marker?.markerName !== 'core_local_activity') return [];
    const summary = event.userMetadata?.summary;
    return [`${summary ? defaultPayloadConverter.fromPayload<string>(summary) : 'no summary'} (local)`];
  });
}

async function graded(overrides: Partial<Activities>) {
  const fake = fakeActivities(6, overrides);
  return environment.withWorkers(fake.activities, async () => {
    const handle = await environment.start();
    const result = await handle.result();
    // Whatever order its steps ended in.
    await Worker.runReplayHistory({ workflowBundle }, await handle.fetchHistory());
    return { fake, handle, result, steps: await stepsOf(handle) };
  });
}

/** On a busy host a task has no time left for its last step now and then, which is an activity then; not every time. */
async function gradedInTime(overrides: () => Partial<Activities>) {
  let run = await graded(overrides());
  for (let tries = 1; tries < 10 && !run.steps.includes('record Accepted (local)'); tries += 1) {
    run = await graded(overrides());
  }
  return run;
}

describe.concurrent('the short steps of a grading', () => {
  it('run within its workflow tasks, one event each, with a row for every test', async () => {
    const { handle, result, steps } = await gradedInTime(() => localTests);
    expect(result).toMatchObject({ verdict: 'Accepted', testsAccepted: 6 });
    // The tests of a wave stand in the order they ended in.
    expect([...steps.slice(0, 3), ...steps.slice(3, 9).toSorted(), ...steps.slice(9)]).toEqual([
      'load the submission (local)',
      'acquire-1',
      'compile-1',
      ...[1, 2, 3, 4, 5, 6].map((number) => `test 0${number} (id ${400 + number}) (local)`),
      'release the container (local)',
      'record Accepted (local)',
      'notify',
    ]);
    // What a grading costs Temporal: each is a write of its own.
    const history = await handle.fetchHistory();
    const events = history.events ?? [];
    expect(events.filter((event) => event.workflowTaskCompletedEventAttributes)).toHaveLength(4);
    expect(events.filter((event) => event.activityTaskScheduledEventAttributes)).toHaveLength(3);
    expect(events.filter((event) => event.timerStartedEventAttributes)).toHaveLength(1);
    expect(events.length).toBeLessThanOrEqual(40);
    expect(historyToJson(history).length).toBeLessThan(32 * 1024);
  });

  it('leave what they came to for a replay', async () => {
    const { handle } = await graded(localTests);
    const earlier = readPreviousRun('run', readRun(await handle.fetchHistory()));
    expect(earlier).toMatchObject({ recorded: true, hostQueue: 'grading-host-fake' });
    expect(earlier.reports.map(({ testCaseId }) => testCaseId)).toEqual([401, 402, 403, 404, 405, 406]);
    expect(earlier.plan?.testCaseIds).toHaveLength(6);
  });

  it('are activities from the first test on that is not short', async () => {
    const { fake, steps } = await graded({
      ...localTests,
      runTest: async ({ testCaseIds, onlyOnHost }) =>
        onlyOnHost === undefined ? ranAsActivity(testCaseIds) : ranLocally(testCaseIds, 300),
    });
    expect(steps.filter((step) => step.startsWith('test')).toSorted()).toEqual([
      'test 01 (id 401) (local)',
      'test-02',
      'test-03',
      'test-04',
      'test-05',
      'test-06',
    ]);
    expect(fake.inputs('runTest')).toHaveLength(6);
  });

  it('are activities where the container is on another host', async () => {
    const { result, steps } = await graded({
      ...localTests,
      runTest: async ({ testCaseIds, onlyOnHost }) =>
        onlyOnHost === undefined
          ? ranAsActivity(testCaseIds)
          : { reports: [], local: { elsewhere: true, tookMs: 0 } },
      releaseContainer: async ({ onlyOnHost }) => ({ elsewhere: onlyOnHost !== undefined }),
    });
    expect(result).toMatchObject({ testsAccepted: 6 });
    expect(steps.filter((step) => /^test-|^release-/.test(step)).toSorted()).toEqual([
      'release-1',
      'test-01',
      'test-02',
      'test-03',
      'test-04',
      'test-05',
      'test-06',
    ]);
  });

  it('are activities with attempts that people see once they fail', async () => {
    const { result, steps } = await gradedInTime(() => {
      let fails = 3;
      return {
        ...localTests,
        recordResult: async ({ overallStatus }) => {
          fails -= 1;
          if (fails >= 0) throw new Error('no route to the database');
          return { recorded: true, overallStatus };
        },
      };
    });
    expect(result).toMatchObject({ verdict: 'Accepted' });
    expect(steps).toContain('record Accepted (local)');
    expect(steps.slice(-2)).toEqual(['record', 'notify']);
  });

  it('run a test as an activity that failed within the workflow task, and no other again', async () => {
    const { fake, result } = await graded({
      ...localTests,
      runTest: async ({ testCaseIds, onlyOnHost }) => {
        if (onlyOnHost === undefined) return ranAsActivity(testCaseIds);
        if (testCaseIds[0] === 402) throw new Error('the container did not answer');
        return ranLocally(testCaseIds, 1);
      },
    });
    expect(result).toMatchObject({ testsAccepted: 6 });
    const asActivities = fake.inputs('runTest').filter(({ onlyOnHost }) => onlyOnHost === undefined);
    expect(asActivities.flatMap(({ testCaseIds }) => testCaseIds)).toContain(402);
    expect(asActivities.flatMap(({ testCaseIds }) => testCaseIds)).not.toContain(401);
  });

  it('are activities in every further container: the task in which the first one was released may have been lost', async () => {
    const { result, steps } = await graded({
      ...localTests,
      runTest: async ({ testCaseIds, onlyOnHost, leaseId }) => {
        if (leaseId !== 'lease-1') return ranAsActivity(testCaseIds);
        if (onlyOnHost === undefined || testCaseIds[0] === 402) throw leaseLost();
        return ranLocally(testCaseIds, 1);
      },
    });
    expect(result).toMatchObject({ verdict: 'Accepted', testsAccepted: 6 });
    expect(steps.slice(steps.indexOf('acquire-2')).toSorted()).toEqual([
      'acquire-2',
      'compile-2',
      'notify',
      'record Accepted (local)',
      'release-2',
      'test-02-lease-2',
      'test-06-lease-2',
    ]);
  });

  it('end with a cancellation, which kills the program that runs', async () => {
    let killed = 0;
    const fake = fakeActivities(6, {
      ...localTests,
      runTest: async ({ testCaseIds, onlyOnHost }) => {
        if (onlyOnHost === undefined) return ranAsActivity(testCaseIds);
        await Context.current().cancelled.catch(() => {
          killed += 1;
        });
        return Context.current().cancelled;
      },
    });
    await environment.withWorkers(fake.activities, async () => {
      const handle = await environment.start();
      await eventually(() => expect(fake.inputs('runTest').length).toBeGreaterThan(0));
      await handle.cancel();
      await expect(handle.result()).rejects.toThrow(/cancelled/i);
    });
    expect(killed).toBe(1);
    expect(fake.inputs('notifyBackend')).toEqual([]);
    expect(fake.inputs('releaseContainer')).not.toEqual([]);
  });
});
