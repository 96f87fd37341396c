import { NativeConnection } from '@temporalio/worker';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createActivities } from '../../../activities/create-activities.js';
import { createLogger } from '../../../platform/process/logger.js';
import { loadSettings } from '../../../platform/settings/settings.js';
import { createTemporalClient } from '../../../platform/temporal/connection.js';
import { ensureNamespace } from '../../../platform/temporal/namespace.js';
import { createGradingWorkers } from '../../../workers/worker.js';
import { WorkerFailedError } from '../../../workers/worker-group.js';
import { fakePlatform } from '../../fakes/fake-dependencies.js';
import { fakeSandbox } from '../../fakes/fake-sandbox.js';
import { testWorkflows } from '../../workflow-bundle.js';
import type { PrivateTemporal } from '../private-temporal.js';
import { startPrivateTemporal } from '../private-temporal.js';

const log = createLogger({ name: 'test', level: 'silent', format: 'json' });
let server: PrivateTemporal;

beforeAll(async () => {
  server = await startPrivateTemporal();
});
afterAll(() => server.stop());

test('workers that fail for good end, say which, and can be told apart from those that go on', async () => {
  const temporal = createTemporalClient({
    ...loadSettings({}).temporal,
    address: server.address,
    namespace: 'failing',
  });
  await ensureNamespace(temporal, log);
  await temporal.close();
  const sandbox = fakeSandbox(1, 'grading-host-failing');
  const connection = await NativeConnection.connect({ address: server.address });
  const workers = await createGradingWorkers({
    connection,
    namespace: 'failing',
    activities: createActivities({ ...fakePlatform().deps, pool: sandbox }),
    workflows: testWorkflows(),
    reservations: sandbox,
    hostQueue: sandbox.hostQueue,
    poolSize: 1,
    workflowCacheSize: 10,
    shutdownForceMs: 1_000,
    leasesHeld: () => 0,
    endLeases: () => sandbox.endLeases(),
  });
  const ended = workers.run().catch((error: unknown) => error);
  await server.restartEmpty();
  // The SDK tries for a minute; without the watch over the states it then hung for ever.
  const error = await ended;
  expect(error).toBeInstanceOf(WorkerFailedError);
  expect(String(error)).toMatch(/The Temporal worker of grading.* has failed and polls no more/);
  expect(workers.isReady()).toBe(false);
});
