import { setTimeout as sleep } from 'node:timers/promises';
import type { Channel, ChannelModel } from 'amqplib';
import { errorCode } from '../../domain/errors/error-code.js';
import { withDeadline } from '../deadline.js';

const turnWithinMs = 10_000;
const askAgainMs = 100;

/**
 * Does `work` while nobody else does work of that name with the broker, from whatever machine. After 10 s, or where the broker
 * refuses a queue of that name, it is done all the same.
 */
export async function oneAtATime<Result>(
  connection: ChannelModel,
  name: string,
  work: () => Promise<Result>,
): Promise<Result> {
  const turn = await takeTurn(connection, name);
  try {
    return await work();
  } finally {
    await withDeadline('RabbitMQ', turnWithinMs, turn?.close() ?? Promise.resolve());
  }
}

/** The one exclusive consumer of a queue that goes with it. */
async function takeTurn(connection: ChannelModel, name: string): Promise<Channel | undefined> {
  const giveUpAt = performance.now() + turnWithinMs;
  while (performance.now() < giveUpAt) {
    const channel = await withDeadline('RabbitMQ', turnWithinMs, connection.createChannel());
    channel.on('error', () => undefined);
    // A refusal closes the channel, so that nothing more can be asked of it.
    if ((await answerTo(channel.assertQueue(name, { durable: true, autoDelete: true }))) !== 'done') return;
    // Refused where somebody else has the turn, or has just ended and the queue has gone with it.
    const answer = await answerTo(channel.consume(name, () => undefined, { exclusive: true }));
    if (answer === 'done') return channel;
    await sleep(askAgainMs);
  }
}

/** @returns 'done', or the code with which the broker refused. */
async function answerTo(call: Promise<unknown>): Promise<'done' | number> {
  try {
    await withDeadline('RabbitMQ', turnWithinMs, call);
    return 'done';
  } catch (error) {
    const code = errorCode(error);
    if (typeof code !== 'number') throw error;
    return code;
  }
}
