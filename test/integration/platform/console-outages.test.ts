import { afterAll, beforeAll, expect, test } from 'vitest';
import { applySchema } from '../../../reference-backend/apply-schema.js';
import { askConsole } from '../console-fixture.js';
import type { TestDatabase } from '../services-fixture.js';
import { createTestDatabase } from '../services-fixture.js';

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
  const answers = await askConsole({ DATABASE_URL: server.url, ...absent }, everyPage);
  const urlsWith = (text: string) => answers.filter(({ body }) => body.includes(text)).map(({ url }) => url);
  expect(urlsWith('no answer within')).toEqual([]);
  expect(urlsWith('hidden@')).toEqual([]);
  for (const { url, body } of answers) if (pages.includes(url)) expect(`${url}: ${body}`).toContain(reason);
  // The form of a new rejudging needs no service.
  const rejudge = answers.find(({ url }) => url === '/rejudge');
  expect([rejudge?.status, rejudge?.body]).toEqual([200, expect.stringContaining('A new rejudging')]);
});
