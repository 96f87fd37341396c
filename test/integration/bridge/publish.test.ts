import type { ChannelModel } from 'amqplib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectBroker } from '../../../platform/amqp/broker-connection.js';
import { lookAtQueue } from '../../../platform/amqp/look-at-queue.js';
import { Secret } from '../../../platform/settings/secret.js';
import { applySchema } from '../../../reference-backend/apply-schema.js';
import { runGrader } from '../grader-command.js';
import type { TestDatabase } from '../services-fixture.js';
import { asAdmin, createTestDatabase, testServices, uniqueName } from '../services-fixture.js';
import { ungradedSubmissions } from '../ungraded-submissions.js';

const queue = uniqueName('publish');
let database: TestDatabase;
let connection: ChannelModel;

beforeAll(async () => {
  connection = await connectBroker(new Secret(testServices().amqpUrl), 'test');
  database = await createTestDatabase();
  await applySchema(database.url);
  await asAdmin(database.url, ungradedSubmissions(3));
});
afterAll(async () => {
  const channel = await connection.createChannel();
  await channel.deleteQueue(queue);
  await connection.close();
  await database.drop();
});

const publish = (ids: string, databaseUrl = database.url) =>
  runGrader(['publish', ids], {
    AMQP_URL: testServices().amqpUrl,
    DATABASE_URL: databaseUrl,
    TEMPORAL_ADDRESS: testServices().temporalAddress,
    RABBITMQ_QUEUE: queue,
  });
const waiting = async () => (await lookAtQueue(connection, queue))?.messages ?? 0;

// Each would hold a place in flight for seconds before it is in quarantine: a range typed wrong would block the queue.
test('leaves out what is no submission, and says so', async () => {
  expect(await publish('1-3,12,20-10000')).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^3 submission\(s\) published to /),
    stderr: expect.stringContaining('left out, as the database has no such submission: 12,20-10000\n'),
  });
  expect(await waiting()).toBe(3);
});

test('publishes nothing where none exists', async () => {
  const { status, stdout, stderr } = await publish('4-9');
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toContain('The database has no submission 4-9, so nothing was published.');
  expect(await waiting()).toBe(3);
});

test('publishes all where the database does not answer, and says that nobody looked', async () => {
  const { status, stderr } = await publish('4-9', 'postgresql://u:p@127.0.0.1:1/x');
  expect(stderr).toContain('nobody looked whether they exist: Failed to connect to database');
  expect(status).toBe(0);
  expect(await waiting()).toBe(9);
});
