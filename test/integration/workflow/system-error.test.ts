import type { WorkflowFailedError } from '@temporalio/client';
import type { ApplicationFailure } from '@temporalio/common';
import { defineSearchAttributeKey, ApplicationFailure as Failure } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { acquireContainer } from '../../../activities/acquire-container.js';
import type { Activities } from '../../../activities/create-activities.js';
import { translatingFailures } from '../../../activities/failure-translation.js';
import { loadSubmission } from '../../../activities/load-submission.js';
import { DatabaseUnreachableError } from '../../../domain/grading/step-error.js';
import { loadSettings } from '../../../platform/settings/settings.js';
import { createTemporalClient } from '../../../platform/temporal/connection.js';
import { runningGradings } from '../../../platform/temporal/running-gradings.js';
import { fakeActivities, loadedSubmission } from '../../fakes/fake-activities.js';
import { fakePlatform } from '../../fakes/fake-dependencies.js';
import type { GradingEnvironment } from '../../grading-environment.js';
import { openGradingEnvironment } from '../../grading-environment.js';
import { oneTestForEachContainer } from '../../grading-scenarios.js';
import { scaled } from '../../time-factor.js';
import { eventually } from '../eventually.js';
import { testServices, uniqueName } from '../services-fixture.js';

const namespace = uniqueName('system-error');
let environment: GradingEnvironment;

beforeAll(async () => {
  environment = await openGradingEnvironment(process.env, namespace);
});

afterAll(async () => {
  await environment.close();
});

/** Longer than three attempts of a step, and than what comes before it on a busy host. */
const deadlineMs = 8000;

/** @returns the failure of the workflow, its FailedStep and what was told. */
async function gradeToFailure(overrides: Partial<Activities>) {
  const fake = fakeActivities(2, overrides);
  return environment.withWorkers(fake.activities, async () => {
    const handle = await environment.start({ deadlineMs, searchAttributes: ['FailedStep', 'Verdict'] });
    const failed: WorkflowFailedError = await handle.result().then(
      () => {
        throw new Error('The grading did not fail.');
      },
      (reason) => reason,
    );
    const { typedSearchAttributes } = await handle.describe();
    return {
      failure: failed.cause as ApplicationFailure,
      failedStep: typedSearchAttributes.get(defineSearchAttributeKey('FailedStep', 'KEYWORD')),
      recorded: fake.inputs('recordResult').map((input) => input.overallStatus),
      notified: fake.inputs('notifyBackend').map((input) => input.overallStatus),
      told: fake.inputs('recordResult').map((input) => input.results[0]?.errorMessage),
      leases: fake.inputs('acquireContainer').length,
    };
  });
}

/** What the database and Docker say when they are broken but answer. */
function broken(): never {
  throw new Error('no space left on device');
}

const brokenPlatform = fakePlatform();
const brokenDeps = {
  ...brokenPlatform.deps,
  store: { ...brokenPlatform.deps.store, loadPlan: async () => broken() },
  pool: { ...brokenPlatform.deps.pool, acquire: async () => broken() },
};

const refused = () => {
  throw Failure.create({
    type: 'ResultRefused',
    nonRetryable: true,
    message: 'The database refuses the result.',
  });
};

const notFound = async () => {
  throw Failure.create({
    type: 'SubmissionNotFound',
    nonRetryable: true,
    message: 'The backend answered 404.',
  });
};

describe.concurrent('trouble of our own that outlasts the deadline', () => {
  it.each<[string, Partial<Activities>]>([
    ['load', { loadSubmission: translatingFailures(loadSubmission(brokenDeps)) }],
    ['acquire', { acquireContainer: translatingFailures(acquireContainer(brokenDeps)) }],
    ['compile', { compile: async () => broken() }],
    ['run', { runTest: async () => broken() }],
  ])(
    'at step %s is told as System Error, and the workflow fails with step and cause',
    async (step, overrides) => {
      const { failure, failedStep, recorded, notified } = await gradeToFailure(overrides);
      expect(failure).toMatchObject({ type: 'DeadlineExceeded', details: [{ step }] });
      expect(failure.message).toContain(`at step ${step}`);
      expect(failure.message).toContain('no space left on device');
      expect(failedStep).toBe(step);
      expect(recorded).toEqual(['System Error']);
      expect(notified).toEqual(['System Error']);
    },
  );

  it('is told as System Error at step record when the database cannot hold the result', async () => {
    let asked = 0;
    const { failure, failedStep, recorded, notified } = await gradeToFailure({
      recordResult: async () => {
        asked += 1;
        return asked === 1 ? refused() : { recorded: true };
      },
    });
    expect(failure).toMatchObject({ type: 'ResultRefused', details: [{ step: 'record' }] });
    expect(failedStep).toBe('record');
    expect(recorded).toEqual(['Accepted', 'System Error']);
    expect(notified).toEqual(['System Error']);
  });

  it('names the first trouble when the System Error cannot be told either', async () => {
    const { failure, failedStep } = await gradeToFailure({
      compile: async () => broken(),
      notifyBackend: notFound,
    });
    expect(failure).toMatchObject({ type: 'DeadlineExceeded', details: [{ step: 'compile' }] });
    expect(failure.message).toMatch(
      /no space left on device.*could not be delivered: The backend answered 404/,
    );
    expect(failedStep).toBe('compile');
  });
});

/** An activity that needs a row of a database which is away for longer than the deadline, from its first call on. */
function needingDatabase<Input, Output>(work: (input: Input) => Promise<Output>) {
  let backAt: number | undefined;
  return translatingFailures(async (input: Input) => {
    backAt ??= Date.now() + deadlineMs * 1.5;
    if (Date.now() < backAt) throw new DatabaseUnreachableError('Failed to connect to database.');
    return work(input);
  });
}

describe.concurrent('a database that is away for longer than the deadline', () => {
  const { compile, runTest } = fakeActivities(2).activities;

  it.each<[string, Partial<Activities>]>([
    ['compile', { compile: needingDatabase(compile) }],
    ['run', { runTest: needingDatabase(runTest) }],
  ])('is waited for at step %s, as there is nobody to tell, and then graded', async (_step, overrides) => {
    const fake = fakeActivities(2, overrides);
    await environment.withWorkers(fake.activities, async () => {
      const handle = await environment.start({ deadlineMs });
      expect(await handle.result()).toMatchObject({ verdict: 'Accepted' });
      expect(fake.inputs('recordResult').map((input) => input.overallStatus)).toEqual(['Accepted']);
    });
  });
});

describe.concurrent('a test that is deleted while the grading runs', () => {
  /** What is there from the second look on. */
  const loading = (later: Activities['loadSubmission']): Activities['loadSubmission'] => {
    let looks = 0;
    return (input) => {
      looks += 1;
      return looks === 1 ? fakeActivities(2).activities.loadSubmission(input) : later(input);
    };
  };
  const oneLeft: Activities['loadSubmission'] = async ({ submissionId }) => loadedSubmission(submissionId, 1);
  const { runTest } = fakeActivities(2).activities;

  it.each<[string, Partial<Activities>]>([
    [
      'record',
      {
        recordResult: async ({ overallStatus, results }) =>
          results.length > 1 ? refused() : { recorded: true, overallStatus },
      },
    ],
    [
      'run',
      {
        runTest: async (input) => {
          if (!input.testCaseIds.includes(402)) return runTest(input);
          throw Failure.create({
            type: 'TestCaseNotFound',
            nonRetryable: true,
            message: 'Test 402 is gone.',
          });
        },
      },
    ],
  ])('and missed at step %s, gets the verdict of the tests that are left', async (_step, overrides) => {
    const fake = fakeActivities(2, { loadSubmission: loading(oneLeft), ...overrides });
    await environment.withWorkers(fake.activities, async () => {
      const handle = await environment.start({ deadlineMs });
      expect(await handle.result()).toMatchObject({ verdict: 'Accepted' });
    });
    const told = fake.inputs('notifyBackend');
    expect(told.map(({ overallStatus, results }) => [overallStatus, results.length])).toEqual([
      ['Accepted', 1],
    ]);
  });

  it('as the last one is told as the fault of the problem', async () => {
    const message = 'This problem has no test cases.';
    const { failure, told } = await gradeToFailure({
      loadSubmission: loading(async ({ submissionId }) => ({
        ...loadedSubmission(submissionId, 1),
        grading: { kind: 'ungradable', message },
      })),
      recordResult: async ({ overallStatus }) =>
        overallStatus === 'Accepted' ? refused() : { recorded: true, overallStatus },
    });
    expect(failure).toMatchObject({ type: 'Ungradable', details: [{ step: 'load' }] });
    expect(told.at(-1)).toBe(message);
  });
});

describe.concurrent('a container that is lost again and again on a host that goes on', () => {
  it('is replaced at once, then after growing pauses until the deadline, however many there were', async () => {
    const { failure, told, leases } = await gradeToFailure({
      compile: async () => {
        throw Failure.create({ type: 'LeaseLost', nonRetryable: true, message: 'somebody removed it' });
      },
    });
    expect(failure).toMatchObject({ type: 'DeadlineExceeded', details: [{ step: 'compile' }] });
    expect(failure.message).toContain('somebody removed it');
    expect(told).toHaveLength(1);
    // 0, 1, 2 and 4 s apart within the deadline; without pauses ten are used up within a second.
    expect(leases).toBeGreaterThanOrEqual(3);
    expect(leases).toBeLessThanOrEqual(5);
  });

  it('says so while it waits between two of them', async () => {
    const fake = fakeActivities(1, {
      compile: async () => {
        throw Failure.create({ type: 'LeaseLost', nonRetryable: true, message: 'somebody removed it' });
      },
    });
    const client = createTemporalClient({
      ...loadSettings({}).temporal,
      address: testServices().temporalAddress,
      namespace,
    });
    await environment.withWorkers(fake.activities, async () => {
      const handle = await environment.start();
      await eventually(async () => {
        const gradings = await runningGradings(client, 100);
        const found = gradings.find(({ workflowId }) => workflowId === handle.workflowId);
        expect(found?.retried).toMatchObject([
          {
            step: 'acquire',
            attempt: expect.any(Number),
            reason: expect.stringContaining('somebody removed it'),
          },
        ]);
      });
      await handle.terminate('test is over');
    });
    await client.close();
  });
});

describe.concurrent('a program that takes its container down in every test', () => {
  it.each([
    ['alone', 8],
    ['in batches', 40],
  ])('is judged test by test, without the pauses for a sick host: %s', async (_how, count) => {
    const fake = fakeActivities(count, { runTest: oneTestForEachContainer() });
    await environment.withWorkers(fake.activities, async () => {
      const startedAt = performance.now();
      const handle = await environment.start();
      expect(await handle.result()).toMatchObject({ verdict: 'Memory Limit Exceeded' });
      // With the pauses for a sick host, 8 tests take more than a minute, and 40 far longer.
      expect(performance.now() - startedAt).toBeLessThan(scaled(50_000));
    });
    const [told] = fake.inputs('notifyBackend');
    expect(told?.results).toHaveLength(count);
  });
});

describe.concurrent('a test that no program can be given', () => {
  it('is told at once as the fault of the problem, without another container', async () => {
    const message = 'Test 401 of this problem has an input of 64.0 MiB.';
    const { failure, failedStep, told, recorded, leases } = await gradeToFailure({
      runTest: async () => {
        throw Failure.create({ type: 'Ungradable', nonRetryable: true, message });
      },
    });
    expect(failure).toMatchObject({ type: 'Ungradable', details: [{ step: 'run' }] });
    expect(failedStep).toBe('run');
    expect(recorded).toEqual(['System Error']);
    expect(told).toEqual([message]);
    expect(leases).toBe(1);
  });
});

describe.concurrent('a submission that is gone', () => {
  it.each<[string, Partial<Activities>, string[]]>([
    ['load', { loadSubmission: notFound }, []],
    ['compile', { compile: notFound }, []],
    ['record', { recordResult: notFound }, ['Accepted']],
    ['notify', { notifyBackend: notFound }, ['Accepted']],
  ])('fails at step %s without a System Error', async (step, overrides, recordedBefore) => {
    const { failure, failedStep, recorded } = await gradeToFailure(overrides);
    expect(failure).toMatchObject({
      type: 'SubmissionNotFound',
      message: `Grading failed at step ${step}: The backend answered 404.`,
      details: [{ step }],
    });
    expect(failedStep).toBe(step);
    expect(recorded).toEqual(recordedBefore);
  });
});
