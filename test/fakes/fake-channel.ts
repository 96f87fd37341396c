import type { Channel, ConsumeMessage } from 'amqplib';

type Faked = Pick<Channel, 'prefetch' | 'consume' | 'cancel' | 'ack' | 'nack'>;

/** A channel of a broker with one queue: notes what is done on it, and delivers when the test says so. */
export interface FakeChannel extends Faked {
  /** In order, such as `consume 1`, `cancel`, `nack 17`. */
  readonly calls: string[];
  /** To the consumer there is. */
  deliver(submissionId: number): void;
}

export function fakeChannel(): FakeChannel {
  const calls: string[] = [];
  let take: ((message: ConsumeMessage | null) => void) | undefined;
  return {
    calls,
    async prefetch() {
      return {};
    },
    async consume(_queue, onMessage, options) {
      calls.push(`consume ${options?.priority}`);
      take = onMessage;
      return { consumerTag: 'tag' };
    },
    async cancel(consumerTag) {
      calls.push('cancel');
      return { consumerTag };
    },
    ack: (message) => void calls.push(`ack ${idOf(message)}`),
    nack: (message) => void calls.push(`nack ${idOf(message)}`),
    deliver: (submissionId) => take?.(fakeMessage(submissionId)),
  };
}

export function fakeMessage(
  submissionId: number,
  headers: Readonly<Record<string, unknown>> = {},
): ConsumeMessage {
  const content = Buffer.from(JSON.stringify({ submission_id: submissionId }));
  const fields = { redelivered: false };
  return { content, fields, properties: { headers } } as unknown as ConsumeMessage;
}

function idOf({ content }: Pick<ConsumeMessage, 'content'>): number {
  return (JSON.parse(content.toString()) as { submission_id: number }).submission_id;
}
