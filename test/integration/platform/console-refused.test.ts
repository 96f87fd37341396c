import { afterAll, beforeAll, expect, test } from 'vitest';
import { openContext } from '../../../cli/context.js';
import { createConsole } from '../../../console/console.js';
import { createLogger } from '../../../platform/process/logger.js';
import { ReleaseStack } from '../../../platform/process/release-stack.js';
import { loadSettings } from '../../../platform/settings/settings.js';
import { grpcStatus } from '../../../platform/temporal/grpc-status.js';
import { applySchema } from '../../../reference-backend/apply-schema.js';
import type { RefusingTemporal } from '../refusing-temporal.js';
import { startRefusingTemporal } from '../refusing-temporal.js';
import type { TestDatabase } from '../services-fixture.js';
import { createTestDatabase, testServices } from '../services-fixture.js';

const needsTemporal = true;
const pages = [
  ...['/failures', '/rejudge', '/parity', '/criteria', '/audit'].map((url) => ({ url, needsTemporal })),
  ...['/', '/cutover', '/submissions'].map((url) => ({ url, needsTemporal: false })),
];

let database: TestDatabase;
let relay: RefusingTemporal;
beforeAll(async () => {
  database = await createTestDatabase();
  await applySchema(database.url);
  relay = await startRefusingTemporal(testServices().temporalAddress);
});
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
    const { amqpUrl, namespace } = testServices();
    const settings = loadSettings({
      AMQP_URL: amqpUrl,
      DATABASE_URL: database.url,
      TEMPORAL_ADDRESS: relay.address,
      TEMPORAL_NAMESPACE: namespace,
      CONSOLE_TOKEN: 'a-token-of-operators',
    });
    relay.refuse({ status, paths: /./ });
    const log = createLogger({ name: 'test', level: 'silent', format: 'json' });
    const stop = new AbortController();
    const releases = new ReleaseStack();
    const app = createConsole(openContext(settings, 'test', log, releases), stop.signal);
    try {
      const headers = { host: 'localhost', authorization: 'Bearer a-token-of-operators' };
      const answers = await Promise.all(
        pages.map(async (page) => {
          const before = performance.now();
          const { body } = await app.inject({ url: page.url, headers });
          return { ...page, tookMs: performance.now() - before, body: body.replaceAll('<wbr>', '') };
        }),
      );
      for (const { url, needsTemporal, tookMs, body } of answers) {
        expect(tookMs, url).toBeLessThan(20_000);
        if (needsTemporal) expect(`${url}: ${body}`).toMatch(reason);
        else expect(body).toContain('</html>');
      }
    } finally {
      stop.abort();
      relay.refuse(undefined);
      await app.close();
      await releases.release();
    }
  },
  120_000,
);
