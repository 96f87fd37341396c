import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createLogger } from '../../../platform/process/logger.js';
import { loadSettings } from '../../../platform/settings/settings.js';
import { createBridgeControlStore } from '../../../platform/temporal/bridge-control-store.js';
import type { TemporalClient } from '../../../platform/temporal/connection.js';
import { createTemporalClient } from '../../../platform/temporal/connection.js';
import { createGradingStarter } from '../../../platform/temporal/grading-starter.js';
import { applySchema } from '../../../reference-backend/apply-schema.js';
import { runGrader } from '../grader-command.js';
import type { PrivateTemporal } from '../private-temporal.js';
import { startPrivateTemporal } from '../private-temporal.js';
import type { TestDatabase } from '../services-fixture.js';
import { createTestDatabase, testServices } from '../services-fixture.js';
import type { BridgeFixture } from './bridge-fixture.js';
import { createBridgeFixture } from './bridge-fixture.js';

let server: PrivateTemporal;
let fixture: BridgeFixture;
let temporal: TemporalClient;

beforeAll(async () => {
  server = await startPrivateTemporal();
});
afterAll(() => server.stop());
describe('a bridge', () => {
  beforeEach(async () => {
    fixture = await createBridgeFixture();
    const { namespace } = fixture.temporal;
    temporal = createTemporalClient({ ...loadSettings({}).temporal, address: server.address, namespace });
  });
  afterEach(async () => {
    await fixture.clean();
    await temporal.close();
  });

  test.each(['is deleted', 'goes with the server’s database'] as const)(
    'makes its namespace again where it %s, with the setting it obeys, and goes on grading',
    async (how) => {
      await prepare();
      const control = createBridgeControlStore(temporal, fixture.queue);
      const setting = { mode: 'primary', share: 0, salt: 's', by: 'alice', why: 'test' } as const;
      await control.set(setting);
      const bridge = await fixture.start({ temporalAddress: server.address, followsControl: true });
      await expect
        .poll(() => bridge.health())
        .toMatchObject({ state: 'consuming', control: { mode: 'primary' } });

      const lostAt = Date.now();
      if (how === 'is deleted') await server.deleteNamespace(temporal.namespace);
      else await server.restartEmpty(2_000);
      const submissionId = await fixture.publishSubmission();
      const status = async () => {
        const handle = temporal.client.workflow.getHandle(`grade-${submissionId}`);
        return (await handle.describe().catch(() => undefined))?.status.name;
      };
      await expect.poll(status, { interval: 500 }).toBe('RUNNING');
      await expect
        .poll(() => control.newest().catch(() => undefined))
        .toMatchObject({ mode: 'primary', by: 'alice' });
      await expect
        .poll(() => bridge.health())
        .toMatchObject({ isHealthy: true, control: { mode: 'primary' } });
      process.stdout.write(`grading again ${Date.now() - lostAt} ms after the namespace ${how}\n`);
    },
  );
});

describe('while the namespace is missing', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
    await applySchema(database.url);
    fixture = await createBridgeFixture();
  });
  afterAll(async () => {
    await fixture.clean();
    await database.drop();
  });

  test.each([
    ['sweep'],
    ['recent'],
    ['errors'],
    ['replay', '1', '--yes'],
    ['cancel', '1'],
    ['mode', 'set', 'off', '--why', 'test'],
    ['cutover', 'status'],
    ['cutover', 'history'],
    ['drain', 'ours'],
    ['rejudge', 'list'],
    ['status'],
    ['mode', 'show'],
    ['doctor', '--only', 'namespace'],
  ])(
    '`grader %s …` says that the namespace is missing, why that may be, and what to do',
    async (...words) => {
      const { stdout, stderr, status } = await runGrader(words, {
        AMQP_URL: testServices().amqpUrl,
        DATABASE_URL: database.url,
        TEMPORAL_ADDRESS: server.address,
        TEMPORAL_NAMESPACE: 'nobody-made-it',
        RABBITMQ_QUEUE: fixture.queue,
      });
      if (words[0] !== 'status') expect(status).toBe(1);
      expect(stdout + stderr).toMatch(/no namespace "?nobody-made-it|namespace.*nobody-made-it/);
      if (!['status', 'mode', 'doctor'].includes(words[0] ?? '')) {
        expect(stderr).toContain('temporal operator namespace');
        expect(stderr).not.toMatch(/^\s+at /m);
      }
    },
  );
});

async function prepare(): Promise<void> {
  const log = createLogger({ name: 'test', level: 'silent', format: 'json' });
  await createGradingStarter(temporal, log).prepare();
}
