import getPort from 'get-port';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLogger } from '../../../platform/process/logger.js';
import { withReleases } from '../../../platform/process/release-stack.js';
import { loadSettings } from '../../../platform/settings/settings.js';
import { createTemporalClient } from '../../../platform/temporal/connection.js';
import { createGradingStarter } from '../../../platform/temporal/grading-starter.js';
import { unusableSearchAttributes } from '../../../platform/temporal/search-attributes.js';
import type { Sandbox } from '../../../sandbox/index.js';
import type { OpenSandbox } from '../../../workers/open-sandbox.js';
import { runWorkerProcess } from '../../../workers/worker-process.js';
import { fakeSandbox } from '../../fakes/fake-sandbox.js';
import type { PrivateTemporal } from '../private-temporal.js';
import { startPrivateTemporal } from '../private-temporal.js';

const log = createLogger({
  name: 'test',
  level: process.env.GRADER_TEST_LOG ? 'info' : 'silent',
  format: 'json',
});
let server: PrivateTemporal;

beforeAll(async () => {
  server = await startPrivateTemporal();
});
afterAll(() => server.stop());

test('a worker whose namespace goes is red meanwhile, makes it again, and grades on', async () => {
  const worker = await startWorker('lost');
  const temporal = createTemporalClient({
    ...loadSettings({}).temporal,
    address: server.address,
    namespace: 'lost',
  });
  await expect.poll(worker.isReady).toBe(200);
  for (const lose of [() => server.deleteNamespace('lost'), () => server.restartEmpty()]) {
    await lose();
    const lostAt = Date.now();
    await expect.poll(worker.isReady).toBe(503);
    await expect.poll(worker.isReady, { interval: 500 }).toBe(200);
    const remadeAfterMs = Date.now() - lostAt;
    expect(await unusableSearchAttributes(temporal)).toEqual([]);
    await createGradingStarter(temporal, log).startGrading({ submissionId: 1, origin: 'cli' });
    // The worker takes it: a workflow task is done, and the first activity is scheduled.
    const grading = temporal.client.workflow.getHandle('grade-1');
    await expect
      .poll(async () => (await grading.describe()).historyLength, { interval: 500 })
      .toBeGreaterThan(4);
    process.stdout.write(
      `namespace there after ${remadeAfterMs} ms, gradings after ${Date.now() - lostAt} ms\n`,
    );
  }
  await temporal.close();
  expect(await worker.stop()).toBe('containers removed');
});

test('a worker whose namespace was replaced unseen gives the containers of the gradings that are gone back, and grades on', async () => {
  const worker = await startWorker('replaced');
  const temporal = createTemporalClient({
    ...loadSettings({}).temporal,
    address: server.address,
    namespace: 'replaced',
  });
  await expect.poll(worker.isReady).toBe(200);
  // The only container is out with a grading that nobody will end.
  await worker.takeContainer();
  await server.deleteNamespace('replaced');
  // As the bridge does, before the worker looks.
  await createGradingStarter(temporal, log).prepare();
  await expect.poll(worker.leasesHeld, { interval: 500 }).toBe(0);
  await expect.poll(worker.isReady, { interval: 500 }).toBe(200);
  await createGradingStarter(temporal, log).startGrading({ submissionId: 1, origin: 'cli' });
  const grading = temporal.client.workflow.getHandle('grade-1');
  await expect
    .poll(async () => (await grading.describe()).historyLength, { interval: 500 })
    .toBeGreaterThan(4);
  await temporal.close();
  expect(await worker.stop()).toBe('containers removed');
});

test('search attributes that are removed while a worker runs are made again', async () => {
  const worker = await startWorker('attributes');
  const temporal = createTemporalClient({
    ...loadSettings({}).temporal,
    address: server.address,
    namespace: 'attributes',
  });
  await expect.poll(worker.isReady).toBe(200);
  const gone = ['Verdict', 'SubmissionId'];
  await temporal.connection.operatorService.removeSearchAttributes({
    namespace: 'attributes',
    searchAttributes: gone,
  });
  await expect.poll(() => unusableSearchAttributes(temporal), { interval: 500 }).toEqual([]);
  await temporal.close();
  expect(await worker.stop()).toBe('containers removed');
});

async function startWorker(namespace: string) {
  const port = await getPort();
  const settings = loadSettings({
    TEMPORAL_ADDRESS: server.address,
    TEMPORAL_NAMESPACE: namespace,
    WORKER_HEALTH_PORT: String(port),
  });
  let end = 'containers left';
  const pool = fakeSandbox(1, `grading-host-${namespace}`);
  const openSandbox: OpenSandbox = async () => {
    return {
      ...pool,
      capacity: 1,
      stats: () => ({ leases: pool.leasesHeld(), hasMadeContainer: true }) as ReturnType<Sandbox['stats']>,
      async close() {
        end = 'containers removed';
      },
    };
  };
  const stop = new AbortController();
  const running = withReleases((releases) =>
    runWorkerProcess({ settings, log, stop: stop.signal, releases }, openSandbox),
  );
  running.catch(() => undefined);
  return {
    async takeContainer() {
      await pool.acquire({ submissionId: 99, signal: AbortSignal.timeout(30_000) });
    },
    leasesHeld: () => pool.leasesHeld(),
    isReady: () =>
      fetch(`http://127.0.0.1:${port}/readyz`).then(
        ({ status }) => status,
        () => undefined,
      ),
    async stop() {
      stop.abort();
      await running;
      return end;
    },
  };
}
