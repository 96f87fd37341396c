import type { Channel } from 'amqplib';
import { errorText } from '../domain/errors/error-text.js';
import { withDeadline } from '../platform/deadline.js';
import type { Consumer } from './consumer.js';
import type { EndOnce } from './end-once.js';

interface WatchdogOptions {
  readonly channel: Pick<Channel, 'checkQueue'>;
  readonly queue: string;
  readonly consumer: Consumer;
  readonly end: EndOnce;
}

const everyMs = 2_500;
/** Together with `everyMs` it keeps a silent stall below ten seconds. */
const answerTimeoutMs = 5_000;
const deliveriesMissingMs = 6_000;

/**
 * Ends a session that is stalled without an event: a broker that does not answer on the channel any more, a consumer
 * it does not know, messages that wait while we have free prefetch and get none.
 */
export function startWatchdog({ channel, queue, consumer, end }: WatchdogOptions): () => void {
  let waitingLooks = 0;
  let isLooking = false;
  const look = async (): Promise<void> => {
    try {
      const { messageCount, consumerCount } = await withDeadline(
        'watchdog',
        answerTimeoutMs,
        channel.checkQueue(queue),
      );
      if (!consumer.isActive()) return;
      if (consumerCount === 0) end.with({ kind: 'lost', what: 'the broker no longer knows our consumer' });
      const isStarved =
        messageCount > 0 &&
        consumer.hasRoom() &&
        performance.now() - consumer.lastDeliveryAt() > deliveriesMissingMs;
      waitingLooks = isStarved ? waitingLooks + 1 : 0;
      if (waitingLooks >= 2)
        end.with({ kind: 'lost', what: `${messageCount} messages wait and the broker delivers none to us` });
    } catch (error) {
      end.with({ kind: 'lost', what: errorText(error) });
    }
  };
  const timer = setInterval(() => {
    if (isLooking) return;
    isLooking = true;
    void look().finally(() => {
      isLooking = false;
    });
  }, everyMs).unref();
  void end.promise.then(() => clearInterval(timer));
  return () => clearInterval(timer);
}
