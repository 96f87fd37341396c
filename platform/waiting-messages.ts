import type { ChannelModel } from 'amqplib';
import { errorText } from '../domain/errors/error-text.js';
import { lookAtQueue } from './amqp/look-at-queue.js';
import type { Logger } from './process/logger.js';
import type { TemporalClient } from './temporal/connection.js';
import { queuesOfGradings } from './temporal/grading-queue-memo.js';

export interface WaitingSources {
  readonly temporal: TemporalClient;
  readonly settings: { readonly queue: string; readonly legacyQueue: string };
  readonly broker: () => Promise<ChannelModel>;
  /** The one that has the legacy workers' queue: the same, or that of LEGACY_AMQP_URL. */
  readonly legacyBroker: () => Promise<ChannelModel>;
  readonly log: Logger;
}

/**
 * Messages that wait for anybody of the platform: on its queue, on that of its legacy workers, and on those that its latest
 * gradings came from, such as a trial queue. @returns undefined where a broker does not answer.
 */
export async function waitingMessages(sources: WaitingSources): Promise<number | undefined> {
  const { temporal, settings, broker, legacyBroker, log } = sources;
  try {
    const queues = new Set([settings.queue, ...(await queuesOfGradings(temporal))]);
    const [connection, legacy] = [await broker(), await legacyBroker()];
    if (legacy === connection) queues.add(settings.legacyQueue);
    const looks = await Promise.all([
      ...[...queues].map((queue) => lookAtQueue(connection, queue)),
      ...(legacy === connection ? [] : [lookAtQueue(legacy, settings.legacyQueue)]),
    ]);
    return looks.reduce((sum, look) => sum + (look?.messages ?? 0), 0);
  } catch (error) {
    log.warn({ reason: errorText(error) }, 'the broker does not answer, so nothing counts as stranded');
    return undefined;
  }
}
