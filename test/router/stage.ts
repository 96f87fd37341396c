import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ChannelModel } from 'amqplib';
import type { ServiceAddresses } from '../../devstack/services/index.js';
import { provideServices } from '../../devstack/services/index.js';
import { connectBroker } from '../../platform/amqp/broker-connection.js';
import { createConfirmedPublisher } from '../../platform/amqp/confirmed-publisher.js';
import { ensureQueue } from '../../platform/amqp/ensure-queue.js';
import { createLogger } from '../../platform/process/logger.js';
import { Secret } from '../../platform/settings/secret.js';
import { loadSettings } from '../../platform/settings/settings.js';
import type { BridgeControlStore } from '../../platform/temporal/bridge-control-store.js';
import { createBridgeControlStore } from '../../platform/temporal/bridge-control-store.js';
import type { TemporalClient } from '../../platform/temporal/connection.js';
import { createTemporalClient } from '../../platform/temporal/connection.js';
import { createGradingStarter } from '../../platform/temporal/grading-starter.js';
import { eventually } from '../integration/eventually.js';

const silent = { step: () => undefined, done: () => undefined };

/** A queue, a namespace and a range of ids of their own on the real broker and Temporal; gradings are only started. */
export interface Stage {
  readonly services: ServiceAddresses;
  readonly queue: string;
  readonly namespace: string;
  readonly temporal: TemporalClient;
  readonly control: BridgeControlStore;
  readonly firstId: number;
  /** The broker's process, for restarting it. */
  restartBroker(): Promise<void>;
  close(): Promise<void>;
}

export async function setStage(name: string): Promise<Stage> {
  const only = ['rabbitmq', 'temporal'] as const;
  const services = await provideServices({ only, progress: silent });
  const queue = `${name}-${randomInt(2 ** 40).toString(36)}`;
  const namespace = queue;
  const temporal = createTemporalClient({
    ...loadSettings({}).temporal,
    address: services.temporalAddress,
    namespace,
  });
  const log = createLogger({ name, level: 'error', format: 'json' });
  await createGradingStarter(temporal, log).prepare();
  return {
    services,
    queue,
    namespace,
    temporal,
    control: createBridgeControlStore(temporal, queue),
    firstId: randomInt(1, 2 ** 30),
    async restartBroker() {
      const { rabbitmq: pid } = services.processes;
      if (pid === undefined)
        throw new Error('The broker is not one of ours: unset AMQP_URL and RABBITMQ_HOST.');
      process.kill(pid, 'SIGTERM');
      await sleep(500);
      const start = () => provideServices({ only: ['rabbitmq'], progress: silent });
      // On a busy host the first start may not be ready within its deadline.
      await start().catch(start);
    },
    async close() {
      const connection = await connectBroker(new Secret(services.amqpUrl), name);
      const channel = await connection.createChannel();
      for (const suffix of ['', '.legacy', '.quarantine']) await channel.deleteQueue(`${queue}${suffix}`);
      await connection.close();
      await temporal.close();
    },
  };
}

/** Publishes as the backend does; what is not confirmed is published again on a new connection. */
export async function publishAll(
  amqpUrl: string,
  queue: string,
  ids: readonly number[],
  perSecond: number,
): Promise<void> {
  const perTurn = Math.max(1, Math.round(perSecond / 20));
  let connection: ChannelModel | undefined;
  let publisher: ReturnType<typeof createConfirmedPublisher> | undefined;
  for (let at = 0; at < ids.length; ) {
    const turn = ids.slice(at, at + perTurn);
    const nextAt = Date.now() + 50;
    try {
      if (!publisher) {
        connection = await connectBroker(new Secret(amqpUrl), 'test publisher');
        await ensureQueue(connection, queue);
        publisher = createConfirmedPublisher(await connection.createConfirmChannel());
      }
      const current = publisher;
      await Promise.all(
        turn.map((id) => current.publish(queue, Buffer.from(JSON.stringify({ submission_id: id })), {})),
      );
      at += turn.length;
    } catch {
      publisher = undefined;
      await sleep(300);
    }
    await sleep(Math.max(0, nextAt - Date.now()));
  }
  await connection?.close().catch(() => undefined);
}

/** The ids whose grading was started, by the server's list, which a busy host may have to be asked for again. */
export function startedIds(temporal: TemporalClient): Promise<ReadonlySet<number>> {
  const query = "WorkflowType = 'gradeSubmission'";
  const list = async () => {
    const ids = new Set<number>();
    for await (const { workflowId } of temporal.client.workflow.list({ query, pageSize: 1_000 })) {
      ids.add(Number(workflowId.slice('grade-'.length)));
    }
    return ids;
  };
  return eventually(list, { timeoutMs: 120_000 });
}
