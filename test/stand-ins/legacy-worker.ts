import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'amqplib';

/** A legacy worker as the broker sees it (contract §2): prefetch 1, acks after grading, one submission at a time. */
export interface LegacyWorker {
  close(): Promise<void>;
}

export interface LegacyWorkerOptions {
  readonly amqpUrl: string;
  readonly queue: string;
  /** A submission takes so long. */
  readonly gradeMs?: number;
  readonly onGraded: (submissionId: number) => unknown;
}

/** Connects again after a loss of the broker, as its supervisor would restart it. */
export function startLegacyWorker(options: LegacyWorkerOptions): LegacyWorker {
  const closing = new AbortController();
  const running = run(options, closing.signal);
  return {
    async close() {
      closing.abort();
      await running;
    },
  };
}

async function run(options: LegacyWorkerOptions, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await consume(options, signal);
    } catch {
      await sleep(500);
    }
  }
}

async function consume(
  { amqpUrl, queue, gradeMs = 200, onGraded }: LegacyWorkerOptions,
  signal: AbortSignal,
): Promise<void> {
  const connection = await connect(amqpUrl, { noDelay: true });
  const lost = new Promise<void>((resolve) => {
    connection.on('close', () => resolve());
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  connection.on('error', () => undefined);
  const channel = await connection.createChannel();
  channel.on('error', () => undefined);
  await channel.assertQueue(queue, { durable: true });
  await channel.prefetch(1);
  await channel.consume(queue, (message) => {
    if (!message) return;
    const { submission_id: id } = JSON.parse(message.content.toString()) as { submission_id: number };
    void sleep(gradeMs).then(async () => {
      // The connection may be gone by now; then the message comes again, as with the real one.
      if (signal.aborted) return;
      try {
        channel.ack(message);
        await onGraded(id);
      } catch {
        // Redelivered.
      }
    });
  });
  await lost;
  await connection.close().catch(() => undefined);
}
