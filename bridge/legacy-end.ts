import type { ChannelModel, ConfirmChannel, Options } from 'amqplib';
import { createConfirmedPublisher } from '../platform/amqp/confirmed-publisher.js';
import { ensureQueue } from '../platform/amqp/ensure-queue.js';

/** Where a router hands over what is the legacy workers': a queue beside ours, or one on another broker or vhost. */
export interface LegacyEnd {
  /** Makes sure that the queue is in reach; connects to another broker. @throws BrokerUnreachableError */
  prepare(): Promise<void>;
  readonly queue: string;
  /** Makes the queue again where it is gone. @throws what the broker says against it */
  ensure(): Promise<void>;
  /** Returns once its broker has the message safe. @throws as ConfirmedPublisher does. */
  publish(content: Buffer, options: Options.Publish): Promise<void>;
  /** Why its broker blocks publishing, when it does. */
  blocked(): string | undefined;
}

interface LegacyEndOptions {
  readonly legacyQueue: string;
  /** The session's publishing connection, or another broker's. Called once. */
  readonly connect: () => Promise<LegacyConnection>;
  readonly timeoutMs: number;
  readonly isEnded: () => boolean;
}

export interface LegacyConnection {
  readonly connection: ChannelModel;
  readonly channel: ConfirmChannel;
  readonly blocked: () => string | undefined;
}

/** Nothing connects before a plan forwards: in the other modes the legacy workers' broker is none of our business. */
export function openLegacyEnd({ legacyQueue, connect, timeoutMs, isEnded }: LegacyEndOptions): LegacyEnd {
  let opened: Promise<LegacyConnection> | undefined;
  let blocked: () => string | undefined = () => undefined;

  const open = async (): Promise<LegacyConnection> => {
    const made = await connect();
    blocked = made.blocked;
    await ensureQueue(made.connection, legacyQueue);
    return made;
  };
  const publisher = async () => {
    opened ??= open();
    const { channel } = await opened;
    // After the end nothing is waited for without limit.
    return createConfirmedPublisher(channel, timeoutMs, () => !isEnded() && blocked() !== undefined);
  };
  let made: ReturnType<typeof publisher> | undefined;

  return {
    queue: legacyQueue,
    async ensure() {
      const { connection } = await (opened ?? open());
      await ensureQueue(connection, legacyQueue);
    },
    async prepare() {
      made ??= publisher();
      await made;
    },
    async publish(content, options) {
      made ??= publisher();
      await (await made).publish(legacyQueue, content, options);
    },
    blocked: () => blocked(),
  };
}
