import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { grpcStatus } from '../../../platform/temporal/grpc-status.js';
import { applySchema } from '../../../reference-backend/apply-schema.js';
import { askConsole } from '../console-fixture.js';
import type { RefusingTemporal } from '../refusing-temporal.js';
import { startRefusingTemporal } from '../refusing-temporal.js';
import type { TestDatabase } from '../services-fixture.js';
import { createTestDatabase, testServices } from '../services-fixture.js';

const needTemporal = ['/failures', '/rejudge', '/parity', '/criteria', '/audit'];
const needOthers = ['/', '/cutover', '/submissions'];

let database: TestDatabase;
let relay: RefusingTemporal;
beforeAll(async () => {
  database = await createTestDatabase();
  await applySchema(database.url);
  relay = await startRefusingTemporal(testServices().temporalAddress);
});
afterEach(() => relay.refuse(undefined));
afterAll(async () => {
  relay?.close();
  await database?.drop();
});

test.each([
  [
    'limits',
    grpcStatus.resourceExhausted,
    /takes no more calls for now \(refused by a test\).*frontend\.namespaceRPS/,
  ],
  [
    'forbids',
    grpcStatus.permissionDenied,
    /refuses every call: refused by a test\..*TEMPORAL_API_KEY.*temporal workflow count/,
  ],
  [
    'has no time for',
    grpcStatus.deadlineExceeded,
    /Failed to connect to Temporal.*temporal operator cluster health/,
  ],
  [
    'has no room for',
    grpcStatus.unavailable,
    /Failed to connect to Temporal.*temporal operator cluster health/,
  ],
])(
  'while Temporal %s every call, each page answers in time, with what happened and the next command',
  async (_, status, reason) => {
    relay.refuse({ status, paths: /./ });
    const environment = { DATABASE_URL: database.url, TEMPORAL_ADDRESS: relay.address };
    const answers = await askConsole(environment, [...needTemporal, ...needOthers]);
    for (const { url, tookMs, body } of answers) {
      expect(tookMs, url).toBeLessThan(20_000);
      if (needTemporal.includes(url)) expect(`${url}: ${body}`).toMatch(reason);
      else expect(body).toContain('</html>');
    }
  },
  120_000,
);
