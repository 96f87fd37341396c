import getPort from 'get-port';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLogger } from '../../../platform/process/logger.js';
import { withReleases } from '../../../platform/process/release-stack.js';
import { loadSettings } from '../../../platform/settings/settings.js';
import { grpcStatus } from '../../../platform/temporal/grpc-status.js';
import { applySchema } from '../../../reference-backend/apply-schema.js';
import type { Sandbox } from '../../../sandbox/index.js';
import { runWorkerProcess } from '../../../workers/worker-process.js';
import { fakeSandbox } from '../../fakes/fake-sandbox.js';
import type { PrivateTemporal } from '../private-temporal.js';
import { startPrivateTemporal } from '../private-temporal.js';
import type { RefusingTemporal } from '../refusing-temporal.js';
import { startRefusingTemporal } from '../refusing-temporal.js';
import type { TestDatabase } from '../services-fixture.js';
import { createTestDatabase, uniqueName } from '../services-fixture.js';

let temporal: PrivateTemporal;
let relay: RefusingTemporal;
let database: TestDatabase;
beforeAll(async () => {
  temporal = await startPrivateTemporal();
  relay = await startRefusingTemporal(temporal.address);
  database = await createTestDatabase();
  await applySchema(database.url);
}, 90_000);
afterAll(async () => {
  relay?.close();
  await temporal?.stop();
  await database?.drop();
});

const every = /./;
const polls = /\/Poll(Workflow|Activity)TaskQueue$/;

test('a worker whose polls Temporal refuses is not ready, says why, and is ready again by itself', async () => {
  const port = await getPort();
  const settings = loadSettings({
    TEMPORAL_ADDRESS: relay.address,
    TEMPORAL_NAMESPACE: 'default',
    DATABASE_URL: database.url,
    WORKER_HEALTH_PORT: String(port),
    HOST_ID: uniqueName('refused'),
  });
  const log = createLogger({ name: 'worker', level: 'silent', format: 'json' });
  const stop = new AbortController();
  const working = withReleases((releases) =>
    runWorkerProcess({ settings, log, stop: stop.signal, releases }, async () => ({
      ...fakeSandbox(1, uniqueName('grading-host')),
      capacity: 1,
      stats: () => ({ leases: 0, hasMadeContainer: true }) as ReturnType<Sandbox['stats']>,
      async close() {},
    })),
  );
  const health = async (path = '/readyz') => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`);
    return [response.status, await response.text()] as const;
  };
  const ready = () => expect.poll(async () => (await health())[0], { timeout: 30_000 }).toBe(200);
  const notReady = (why: RegExp, timeout: number) =>
    expect.poll(async () => String(await health()), { timeout }).toMatch(why);
  try {
    await ready();
    for (const status of [grpcStatus.permissionDenied, grpcStatus.unavailable]) {
      relay.refuse({ status, paths: every });
      await notReady(/^503,.*refuses: .*refused by a test/, 30_000);
      expect((await health('/healthz'))[0]).toBe(200);
      relay.refuse(undefined);
      await ready();
    }
    // Refusals for good end the SDK's worker, and so the process, after a minute.
    relay.refuse({ status: grpcStatus.resourceExhausted, paths: polls });
    await notReady(/^503,.*no poll of grading-host-\S+ has reached Temporal/, 160_000);
    relay.refuse(undefined);
    await ready();
  } finally {
    relay.refuse(undefined);
    stop.abort();
    await working;
  }
}, 360_000);
