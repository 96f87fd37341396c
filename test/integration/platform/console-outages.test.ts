import { afterAll, beforeAll, expect, test } from 'vitest';
import { openContext } from '../../../cli/context.js';
import { createConsole } from '../../../console/console.js';
import { createLogger } from '../../../platform/process/logger.js';
import { ReleaseStack } from '../../../platform/process/release-stack.js';
import { loadSettings } from '../../../platform/settings/settings.js';
import { applySchema } from '../../../reference-backend/apply-schema.js';
import type { TestDatabase } from '../services-fixture.js';
import { createTestDatabase, testServices } from '../services-fixture.js';

const everyPage = '/ /submissions /failures /quarantine /cutover /rejudge /parity /criteria /audit'.split(
  ' ',
);
/** Nobody listens there. */
const nowhere = '127.0.0.1:1';

let server: TestDatabase;
beforeAll(async () => {
  server = await createTestDatabase();
  await applySchema(server.url);
});
afterAll(() => server?.drop());

test.each([
  [
    'Temporal',
    { TEMPORAL_ADDRESS: nowhere },
    `Failed to connect to Temporal at ${nowhere}: connect ECONNREFUSED`,
    ['/failures', '/rejudge', '/parity', '/criteria', '/audit'],
  ],
  [
    'the database',
    { DATABASE_URL: `postgresql://student:hidden@${nowhere}/platform` },
    `Failed to connect to database at postgresql://student:***@${nowhere}/platform: connect ECONNREFUSED`,
    ['/submissions', '/failures', '/criteria'],
  ],
  [
    'RabbitMQ',
    { AMQP_URL: `amqp://guest:hidden@${nowhere}/` },
    `Failed to connect to RabbitMQ at amqp://guest:***@${nowhere}/: connect ECONNREFUSED`,
    ['/quarantine'],
  ],
])('without %s each page answers, and what needs it says what is down', async (_, absent, reason, pages) => {
  const { amqpUrl, temporalAddress, namespace } = testServices();
  const settings = loadSettings({
    AMQP_URL: amqpUrl,
    DATABASE_URL: server.url,
    TEMPORAL_ADDRESS: temporalAddress,
    TEMPORAL_NAMESPACE: namespace,
    CONSOLE_TOKEN: 'a-token-of-operators',
    ...absent,
  });
  const log = createLogger({ name: 'test', level: 'silent', format: 'json' });
  const stop = new AbortController();
  const releases = new ReleaseStack();
  const app = createConsole(openContext(settings, 'test', log, releases), stop.signal);
  try {
    const headers = { host: 'localhost', authorization: 'Bearer a-token-of-operators' };
    const answers = await Promise.all(
      everyPage.map(async (url) => ({ url, ...(await app.inject({ url, headers })) })),
    );
    const bodies = answers.map(({ url, body }) => [url, body.replaceAll(/<wbr>/g, '')] as const);
    expect(bodies.filter(([, body]) => body.includes('no answer within')).map(([url]) => url)).toEqual([]);
    expect(bodies.filter(([, body]) => body.includes('hidden@')).map(([url]) => url)).toEqual([]);
    for (const [url, body] of bodies) if (pages.includes(url)) expect(`${url}: ${body}`).toContain(reason);
    // The form of a new rejudging needs no service.
    const rejudge = answers.find(({ url }) => url === '/rejudge');
    expect([rejudge?.statusCode, rejudge?.body]).toEqual([200, expect.stringContaining('A new rejudging')]);
  } finally {
    stop.abort();
    await app.close();
    await releases.release();
  }
});
