import { createHash } from 'node:crypto';
import type { Channel, GetMessage, Options } from 'amqplib';
import { quarantineQueue } from '../../bridge/quarantine.js';
import { createConfirmedPublisher } from '../../platform/amqp/confirmed-publisher.js';
import { ensureQueue } from '../../platform/amqp/ensure-queue.js';
import { oneAtATime } from '../../platform/amqp/one-at-a-time.js';
import { takeMessages } from '../../platform/amqp/take-messages.js';
import { NotThereError } from '../../platform/terminal/usage-error.js';
import type { CommandContext } from '../context.js';

export interface Quarantined {
  /** Made from content and reason, so it stays the same while the message is there. */
  readonly id: string;
  readonly reason: string;
  readonly detail: string;
  readonly at: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

type QueueContext = Pick<CommandContext, 'settings' | 'broker'>;

const maxShown = 10_000;

export async function listQuarantine(context: QueueContext): Promise<readonly Quarantined[]> {
  return withQuarantine(context, async (messages) => messages.map(describe));
}

/** Publishes them unchanged to the queue they came from, and removes each once that is confirmed. */
export async function requeue(context: QueueContext, ids: readonly string[] | 'all'): Promise<number> {
  return withQuarantine(context, async (messages, channel) => {
    const chosen = chosenOf(messages, ids);
    const publisher = createConfirmedPublisher(await (await context.broker()).createConfirmChannel());
    for (const message of chosen) {
      await publisher.publish(context.settings.queue, message.content, originalProperties(message));
      channel.ack(message as never);
    }
    return chosen.length;
  });
}

/** Deletes them for good. */
export async function drop(context: QueueContext, ids: readonly string[] | 'all'): Promise<number> {
  return withQuarantine(context, async (messages, channel) => {
    const chosen = chosenOf(messages, ids);
    for (const message of chosen) channel.ack(message as never);
    return chosen.length;
  });
}

/** Deletes those that somebody has seen; others may have deleted some of them since. */
export async function dropSeen(context: QueueContext, seen: readonly string[]): Promise<number> {
  return withQuarantine(context, async (messages, channel) => {
    const left = messages.filter((message) => seen.includes(describe(message).id));
    for (const message of left) channel.ack(message as never);
    return left.length;
  });
}

/** Whoever takes the messages to look at them hides them from others, who would say that they are not there. */
async function withQuarantine<Result>(
  context: QueueContext,
  work: (messages: readonly GetMessage[], channel: Channel) => Promise<Result>,
): Promise<Result> {
  const connection = await context.broker();
  const queue = quarantineQueue(context.settings.queue);
  await ensureQueue(connection, queue);
  return oneAtATime(connection, `${queue}.look`, () => takeMessages(connection, queue, maxShown, work));
}

/** @throws UsageError where one is not there */
export function chooseMessages<Message extends Pick<Quarantined, 'id'>>(
  messages: readonly Message[],
  ids: readonly string[] | 'all',
): readonly Message[] {
  if (ids === 'all') return messages;
  const missing = ids.find((id) => !messages.some((message) => message.id === id));
  if (missing !== undefined) {
    throw new NotThereError(`There is no message ${missing} in quarantine. See: grader quarantine list`);
  }
  // Messages that are alike have one id.
  return messages.filter(({ id }) => ids.includes(id));
}

function chosenOf(messages: readonly GetMessage[], ids: readonly string[] | 'all'): readonly GetMessage[] {
  const known = messages.map((message) => ({ id: describe(message).id, message }));
  return chooseMessages(known, ids).map(({ message }) => message);
}

function describe(message: GetMessage): Quarantined {
  const headers = (message.properties.headers ?? {}) as Record<string, unknown>;
  const text = (name: string): string => {
    const value = headers[`x-quarantine-${name}`];
    return typeof value === 'string' ? value : '';
  };
  const [reason, detail, at] = [text('reason'), text('detail'), text('at')];
  const id = createHash('sha256')
    .update(`${reason}\n${at}\n`)
    .update(message.content)
    .digest('hex')
    .slice(0, 8);
  return { id, reason, detail, at, body: message.content.toString(), headers };
}

/** The message as it was before quarantine. */
function originalProperties(message: GetMessage): Options.Publish {
  const { headers, userId: _user, deliveryMode: _mode, clusterId: _cluster, ...kept } = message.properties;
  const entries = Object.entries((headers ?? {}) as Record<string, unknown>);
  const own = entries.filter(([name]) => !/^x-(quarantine|original)-/.test(name));
  const expiration = headers?.['x-original-expiration'];
  return {
    ...Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== undefined)),
    ...(own.length > 0 && { headers: Object.fromEntries(own) }),
    ...(typeof expiration === 'string' && { expiration }),
  };
}
