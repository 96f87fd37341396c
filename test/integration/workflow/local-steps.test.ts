import { Context } from '@temporalio/activity';
import { defaultPayloadConverter } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Activities } from '../../../activities/create-activities.js';
import { readPreviousRun } from '../../../platform/temporal/read-previous-run.js';
import { readRun } from '../../../platform/temporal/read-run.js';
import { acceptedReport, fakeActivities, loadedSubmission } from '../../fakes/fake-activities.js';
import type { GradingEnvironment, GradingHandle } from '../../grading-environment.js';
import { openGradingEnvironment } from '../../grading-environment.js';
import { eventually } from '../eventually.js';
import { uniqueName } from '../services-fixture.js';

let environment: GradingEnvironment;
beforeAll(async () => {
  environment = await openGradingEnvironment(process.env, uniqueName('local-steps'));
});
afterAll(() => environment.close());

const localTests: Partial<Activities> = {
  loadSubmission: async ({ submissionId }) => ({ ...loadedSubmission(submissionId, 4), localTests: true }),
};
const ranLocally = (testCaseIds: readonly number[], tookMs: number) => ({
  reports: testCaseIds.map(acceptedReport),
  local: { elsewhere: false, tookMs },
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
  const fake = fakeActivities(4, overrides);
  return environment.withWorkers(fake.activities, async () => {
    const handle = await environment.start();
    const result = await handle.result();
    return { fake, handle, result, steps: await stepsOf(handle) };
  });
}

describe.concurrent('the short steps of a grading', () => {
  it('run within its workflow tasks, one event each, with a row for every test', async () => {
    const { handle, result, steps } = await graded(localTests);
    expect(result).toMatchObject({ verdict: 'Accepted', testsAccepted: 4 });
    // The last two before the POST run side by side.
    expect([...steps.slice(0, 7), ...steps.slice(7, 9).toSorted(), ...steps.slice(9)]).toEqual([
      'load the submission (local)',
      'acquire-1',
      'compile-1',
      ...[1, 2, 3, 4].map((number) => `test 0${number} (id ${400 + number}) (local)`),
      'record Accepted (local)',
      'release the container (local)',
      'notify',
    ]);
    const { events } = await handle.fetchHistory();
    expect(events?.length).toBeLessThanOrEqual(40);
  });

  it('leave what they came to for a replay', async () => {
    const { handle } = await graded(localTests);
    const earlier = readPreviousRun('run', readRun(await handle.fetchHistory()));
    expect(earlier).toMatchObject({ recorded: true, hostQueue: 'grading-host-fake' });
    expect(earlier.reports.map(({ testCaseId }) => testCaseId)).toEqual([401, 402, 403, 404]);
    expect(earlier.plan?.testCaseIds).toHaveLength(4);
  });

  it('are activities from the first test on that is not short', async () => {
    const { fake, steps } = await graded({
      ...localTests,
      runTest: async ({ testCaseIds, onlyOnHost }) =>
        onlyOnHost === undefined ? ranAsActivity(testCaseIds) : ranLocally(testCaseIds, 300),
    });
    expect(steps.filter((step) => step.startsWith('test'))).toEqual([
      'test 01 (id 401) (local)',
      'test 02 (id 402) (local)',
      'test-03',
      'test-04',
    ]);
    expect(fake.inputs('runTest')).toHaveLength(4);
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
    expect(result).toMatchObject({ testsAccepted: 4 });
    expect(steps.filter((step) => /^test-|^release-/.test(step))).toEqual([
      'test-01',
      'test-02',
      'test-03',
      'test-04',
      'release-1',
    ]);
  });

  it('are activities with attempts that people see once they fail', async () => {
    let fails = 3;
    const failing = async () => {
      fails -= 1;
      throw new Error('no route to the database');
    };
    const { result, steps } = await graded({
      ...localTests,
      recordResult: async ({ overallStatus }) => (fails > 0 ? failing() : { recorded: true, overallStatus }),
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
    expect(result).toMatchObject({ testsAccepted: 4 });
    const asActivities = fake.inputs('runTest').filter(({ onlyOnHost }) => onlyOnHost === undefined);
    expect(asActivities.flatMap(({ testCaseIds }) => testCaseIds)).toContain(402);
    expect(asActivities.flatMap(({ testCaseIds }) => testCaseIds)).not.toContain(401);
  });

  it('end with a cancellation, which kills the program that runs', async () => {
    let killed = 0;
    const fake = fakeActivities(4, {
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
    expect(killed).toBe(2);
    expect(fake.inputs('notifyBackend')).toEqual([]);
    expect(fake.inputs('releaseContainer')).not.toEqual([]);
  });
});
