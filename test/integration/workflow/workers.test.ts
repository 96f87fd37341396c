import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createActivities } from '../../../activities/create-activities.js';
import {
  gradeSubmissionType,
  gradeWorkflowId,
  gradingQueue,
} from '../../../domain/grading/grading-workflow.js';
import { readRun } from '../../../platform/temporal/read-run.js';
import type { GradingWorkers } from '../../../workers/worker.js';
import { createGradingWorkers } from '../../../workers/worker.js';
import type { gradeSubmission } from '../../../workflows/grade-submission.js';
import type { FakePlatform } from '../../fakes/fake-dependencies.js';
import { facts, fakePlatform } from '../../fakes/fake-dependencies.js';
import type { FakeSandbox } from '../../fakes/fake-sandbox.js';
import { fakeSandbox } from '../../fakes/fake-sandbox.js';
import { prepareNamespace } from '../../grading-environment.js';
import { testWorkflows } from '../../workflow-bundle.js';
import { testServices, uniqueName } from '../services-fixture.js';

const address = testServices().temporalAddress;
const namespace = uniqueName('workers');
const poolSize = 2;
let native: NativeConnection;
let connection: Connection;
let client: Client;
let nextId = Math.floor(Date.now() / 10) * 1000 + 500;

beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] });
  await prepareNamespace(process.env, address, namespace);
  native = await NativeConnection.connect({ address });
  connection = await Connection.connect({ address });
  client = new Client({ connection, namespace });
});

afterAll(async () => {
  await native.close();
  await connection.close();
});

interface Host {
  readonly sandbox: FakeSandbox;
  readonly workers: GradingWorkers;
  readonly running: Promise<void>;
}

async function startHost(platform: FakePlatform, name: string): Promise<Host> {
  const sandbox = fakeSandbox(poolSize, `grading-host-${name}`);
  const workers = await createGradingWorkers({
    connection: native,
    namespace,
    activities: createActivities({ ...platform.deps, pool: sandbox }),
    workflows: testWorkflows(),
    reservations: sandbox,
    hostQueue: sandbox.hostQueue,
    poolSize,
    workflowCacheSize: 50,
    shutdownForceMs: 3000,
    leasesHeld: () => sandbox.leasesHeld(),
    endLeases: () => sandbox.endLeases(),
  });
  return { sandbox, workers, running: workers.run() };
}

async function start(platform: FakePlatform, tests: number) {
  const submissionId = nextId++;
  const testCaseIds = Array.from({ length: tests }, (_, index) => 401 + index);
  for (const id of testCaseIds) platform.tests.set(id, { id, input: '', expectedOutput: '8' });
  platform.submissions.set(submissionId, { ...facts, submissionId, testCaseIds });
  return client.workflow.start<typeof gradeSubmission>(gradeSubmissionType, {
    workflowId: gradeWorkflowId(submissionId),
    taskQueue: gradingQueue,
    args: [{ submissionId, origin: 'cli' }],
  });
}

describe('the workers of a host', () => {
  it('grade a queue of submissions without ever holding more leases than containers', async () => {
    const platform = fakePlatform();
    const host = await startHost(platform, 'a');
    const startedAt = Date.now();
    const handles = await Promise.all(Array.from({ length: 20 }, () => start(platform, 10)));
    const results = await Promise.all(handles.map((handle) => handle.result()));
    const seconds = (Date.now() - startedAt) / 1000;
    expect(results.every((result) => result.verdict === 'Accepted')).toBe(true);
    expect(host.sandbox.maxLeases).toBe(poolSize);
    expect(platform.posted).toHaveLength(20);
    await expect.poll(() => host.sandbox.leasesHeld()).toBe(0);
    await host.workers.shutdown(1000);
    await host.running;
    process.stdout.write(`20 gradings of 10 tests on 2 containers: ${(20 / seconds).toFixed(1)}/s\n`);
  });

  it.each([
    ['in the middle of a test', { executeMs: 300, tests: 30, afterMs: 500 }],
    ['mostly between two tests', { executeMs: 1, tests: 1_000, afterMs: 100 }],
  ])(
    'hand a grading over to another host at once when they shut down %s',
    async (_when, { executeMs, tests, afterMs }) => {
      const platform = fakePlatform();
      const leaving = await startHost(platform, 'b');
      leaving.sandbox.executeMs = executeMs;
      const handle = await start(platform, tests);
      await expect.poll(() => leaving.sandbox.leasesHeld()).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, afterMs));
      const stoppedAt = Date.now();
      await leaving.workers.shutdown(0);
      await leaving.running;
      expect(Date.now() - stoppedAt).toBeLessThan(5000);
      const staying = await startHost(platform, 'c');
      expect(await handle.result()).toMatchObject({ verdict: 'Accepted', testsAccepted: tests });
      await staying.workers.shutdown(1000);
      await staying.running;
      const history = await handle.fetchHistory();
      expect(history.events?.filter((event) => event.activityTaskTimedOutEventAttributes)).toEqual([]);
      // It was under way when its host left.
      const leases = readRun(history).steps.filter(({ activity }) => activity === 'acquireContainer');
      expect(leases.length).toBeGreaterThan(1);
    },
  );

  it('stop idle at once', async () => {
    const host = await startHost(fakePlatform(), 'd');
    expect(host.workers.isReady()).toBe(true);
    const stoppedAt = Date.now();
    await host.workers.shutdown(5000);
    await host.running;
    expect(Date.now() - stoppedAt).toBeLessThan(4000);
    expect(host.workers.isReady()).toBe(false);
  });
});
