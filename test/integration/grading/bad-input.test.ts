import amqp from 'amqplib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestStack } from './stack-fixture.js';
import { createTestStack, sumProblem, sumSource, until, untilGraded } from './stack-fixture.js';

let stack: TestStack;
let broker: Awaited<ReturnType<typeof amqp.connect>>;
let channel: Awaited<ReturnType<typeof broker.createConfirmChannel>>;

beforeAll(async () => {
  stack = await createTestStack();
  broker = await amqp.connect(stack.places.amqpUrl);
  channel = await broker.createConfirmChannel();
  await Promise.all([stack.start('backend'), stack.start('worker'), stack.start('bridge')]);
});
afterAll(async () => {
  await broker?.close();
  await stack?.stop();
});

describe('a bad message', () => {
  it.each([
    ['is not JSON', 'submission 12'],
    ['is empty', ''],
    ['has no submission_id', '{"id": 12}'],
    ['has a submission_id of the wrong type', '{"submission_id": {"n": 1}}'],
    ['has a fractional submission_id', '{"submission_id": 1.5}'],
    ['is an array', '[1, 2]'],
    ['names a submission that does not exist', '{"submission_id": 999999}'],
  ])('that %s goes to the quarantine with a reason, unchanged', async (_what, body) => {
    await publish(body);
    const quarantined = await nextQuarantined();
    expect(quarantined.content.toString()).toBe(body);
    expect(String(quarantined.properties.headers?.['x-quarantine-reason'])).not.toBe('undefined');
    const { messageCount } = await channel.checkQueue(stack.places.queue);
    expect(messageCount).toBe(0);
  });

  it('does not hold up the good one behind it', async () => {
    await publish('{');
    const id = await stack.backend.submit({
      problem_id: await stack.backend.createProblem(sumProblem),
      language: 'cpp',
      source_code: sumSource,
    });
    expect((await untilGraded(stack, id)).status).toBe('Accepted');
    await nextQuarantined();
  });
});

async function publish(body: string): Promise<void> {
  channel.publish('', stack.places.queue, Buffer.from(body), { persistent: true });
  await channel.waitForConfirms();
}

async function nextQuarantined(): Promise<amqp.GetMessage> {
  let found: amqp.GetMessage | false = false;
  await until('a message in the quarantine', async () => {
    await channel.assertQueue(`${stack.places.queue}.quarantine`, { durable: true });
    found = await channel.get(`${stack.places.queue}.quarantine`, { noAck: true });
    return found !== false;
  });
  if (found === false) throw new Error('unreachable');
  return found;
}
