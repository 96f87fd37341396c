import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { msToTs } from '@temporalio/common/lib/time.js';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  gradeWorkflowId,
  gradingQueue,
  searchAttributeTypes,
} from '../../../domain/grading/grading-workflow.js';
import { createLogger } from '../../../platform/process/logger.js';
import { loadSettings } from '../../../platform/settings/settings.js';
import type { TemporalClient } from '../../../platform/temporal/connection.js';
import { createTemporalClient } from '../../../platform/temporal/connection.js';
import { createGradingStarter } from '../../../platform/temporal/grading-starter.js';
import { ensureNamespace } from '../../../platform/temporal/namespace.js';
import { runningGradings } from '../../../platform/temporal/running-gradings.js';
import { ensureSearchAttributes } from '../../../platform/temporal/search-attributes.js';
import { eventually } from '../eventually.js';
import { testServices, uniqueName } from '../services-fixture.js';

const log = createLogger({ name: 'test', level: 'silent', format: 'json' });
const names = Object.keys(searchAttributeTypes);
let temporal: TemporalClient;

function client(address: string, namespace: string): TemporalClient {
  return createTemporalClient({ ...loadSettings({}).temporal, address, namespace });
}

beforeEach(() => {
  temporal = client(testServices().temporalAddress, uniqueName('platform-test'));
});
afterEach(async () => {
  await temporal.connection.operatorService
    .deleteNamespace({ namespace: temporal.namespace })
    .catch(() => undefined);
  await temporal.close();
});

describe('a namespace', () => {
  test('is made with its search attributes at the first start, and gradings can start at once', async () => {
    const starter = createGradingStarter(temporal, log);
    await starter.prepare();
    expect(await starter.startGrading({ submissionId: 7, origin: 'cli' })).toBe('started');
    expect(await starter.startGrading({ submissionId: 7, origin: 'cli' })).toBe('joined');
    expect(await starter.joinRunning(7)).toBe(true);
    expect(await starter.joinRunning(8)).toBe(false);

    const handle = temporal.client.workflow.getHandle(gradeWorkflowId(7));
    const { events } = await handle.fetchHistory();
    const input = events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads?.[0]?.data;
    expect(JSON.parse(Buffer.from(input ?? []).toString())).toEqual({ submissionId: 7, origin: 'cli' });
    await handle.terminate('test is over');
  });

  test('is complete for a process that starts just after another one has made it', async () => {
    const { workflowService } = temporal.connection;
    const { namespace } = temporal;
    // As the other process does first; the server remembers for a while that there is none.
    await expect(workflowService.describeNamespace({ namespace })).rejects.toThrow('not found');
    await workflowService.registerNamespace({
      namespace,
      workflowExecutionRetentionPeriod: msToTs('7 days'),
    });
    expect(await ensureNamespace(temporal, log)).toBe('existed');
    expect(await ensureSearchAttributes(temporal, log)).toEqual(new Set(names));
  });

  test('that exists is left alone', async () => {
    expect(await ensureNamespace(temporal, log)).toBe('created');
    expect(await ensureNamespace(temporal, log)).toBe('existed');
    const { config } = await temporal.connection.workflowService.describeNamespace({
      namespace: temporal.namespace,
    });
    expect(Number(config?.workflowExecutionRetentionTtl?.seconds)).toBe(7 * 86_400);
  });

  test('whose keyword columns are taken gets the search attributes that fit, and gradings start with those', async () => {
    await ensureNamespace(temporal, log);
    // SQL stores have ten columns for keywords; one of ours has another type here.
    const taken = Object.fromEntries(Array.from({ length: 7 }, (_, index) => [`Taken${index}`, 2]));
    await temporal.connection.operatorService.addSearchAttributes({
      namespace: temporal.namespace,
      searchAttributes: { ...taken, Origin: 3 },
    });
    const usable = await ensureSearchAttributes(temporal, log);
    expect(usable.has('SubmissionId')).toBe(true);
    expect(usable.has('Origin')).toBe(false);
    expect(usable.size).toBeLessThan(names.length);

    const starter = createGradingStarter(temporal, log);
    expect(await starter.startGrading({ submissionId: 9, origin: 'bridge' })).toBe('started');
    await temporal.client.workflow.getHandle(gradeWorkflowId(9)).terminate('test is over');
  });
});

test('messages for a grading that has a request to see before it send it no more; one that a worker has begun gets another', async () => {
  const starter = createGradingStarter(temporal, log);
  await starter.prepare();
  const { namespace, connection } = temporal;
  const publishAgain = async () => {
    for (let count = 0; count < 5; count += 1) {
      expect(await starter.startGrading({ submissionId: 7, origin: 'cli' })).toBe('joined');
    }
  };
  const handle = temporal.client.workflow.getHandle(gradeWorkflowId(7));
  const signals = async () =>
    ((await handle.fetchHistory()).events ?? []).filter(
      (event) => event.workflowExecutionSignaledEventAttributes,
    ).length;
  expect(await starter.startGrading({ submissionId: 7, origin: 'cli' })).toBe('started');
  await publishAgain();
  expect(await signals()).toBe(0);
  await starter.joinRunning(7);
  await publishAgain();
  expect(await signals()).toBe(1);

  const task = await connection.workflowService.pollWorkflowTaskQueue({
    namespace,
    taskQueue: { name: gradingQueue },
    identity: 'test',
  });
  expect(await starter.startGrading({ submissionId: 7, origin: 'cli' })).toBe('joined');
  // What came meanwhile is in the history once the task is over; it may have timed out.
  await connection.workflowService
    .respondWorkflowTaskFailed({ namespace, taskToken: task.taskToken, identity: 'test' })
    .catch(() => undefined);
  await expect.poll(signals).toBe(2);
  await handle.terminate('test is over');
});

describe('a server that is down', () => {
  test('does not end the process when the client is closed while it still tries', async () => {
    const uncaught: unknown[] = [];
    const note = (error: unknown): void => void uncaught.push(error);
    process.on('uncaughtException', note);
    for (const closeAfterMs of [30, 120, 300]) {
      const nobody = client('127.0.0.1:1', 'x');
      const answer = nobody.check(5_000).catch((error: unknown) => error);
      await sleep(closeAfterMs);
      await nobody.close();
      expect(String(await answer)).toContain('Failed to connect to Temporal');
    }
    await sleep(1_500);
    process.off('uncaughtException', note);
    expect(uncaught).toEqual([]);
  });

  test('is told with address, cause and next command, and is found once it is there', async () => {
    const nobody = client('127.0.0.1:1', 'x');
    await expect(nobody.check(1_000)).rejects.toThrow(
      /^Failed to connect to Temporal at 127\.0\.0\.1:1: connect ECONNREFUSED 127\.0\.0\.1:1\. The server may be down.*temporal operator cluster health --address 127\.0\.0\.1:1$/,
    );
    await nobody.close();
  });

  test('is told apart from a name that does not exist and from something else on its port', async () => {
    const nowhere = client('no-such-host.invalid:7233', 'x');
    await expect(nowhere.check(1_000)).rejects.toThrow(/ENOTFOUND|EAI_AGAIN/);
    await nowhere.close();
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const other = client(`127.0.0.1:${(silent.address() as AddressInfo).port}`, 'x');
    await expect(other.check(1_000)).rejects.toThrow(
      /the port is open, but nothing that speaks to us answered within 1 s/,
    );
    await other.close();
    silent.close();
  });
});

test('of more running gradings than are looked into, the oldest are', async () => {
  const starter = createGradingStarter(temporal, log);
  await starter.prepare();
  const start = (ids: readonly number[]) =>
    Promise.all(ids.map((submissionId) => starter.startGrading({ submissionId, origin: 'cli' })));
  await start([1, 2, 3]);
  await sleep(1_500);
  await start(Array.from({ length: 40 }, (_, index) => 100 + index));
  const found = await eventually(async () => {
    const gradings = await runningGradings(temporal, 6);
    expect(gradings.map(({ submissionId }) => submissionId)).toEqual(expect.arrayContaining([1, 2, 3]));
    return gradings;
  });
  expect(found.length).toBeLessThanOrEqual(6);
  // All of them, where that is asked for.
  expect(await runningGradings(temporal, 100)).toHaveLength(43);
});
