import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { startBridge } from '../bridge/bridge.js';
import { openControlFile } from '../bridge/control-file.js';
import { provideServices } from '../devstack/services/index.js';
import { connectBroker } from '../platform/amqp/broker-connection.js';
import { createConfirmedPublisher } from '../platform/amqp/confirmed-publisher.js';
import { ensureQueue } from '../platform/amqp/ensure-queue.js';
import { createLogger } from '../platform/process/logger.js';
import { Secret } from '../platform/settings/secret.js';
import { loadSettings } from '../platform/settings/settings.js';
import { createBridgeControlStore } from '../platform/temporal/bridge-control-store.js';
import { createTemporalClient } from '../platform/temporal/connection.js';
import { createGradingStarter } from '../platform/temporal/grading-starter.js';
import { say } from '../platform/terminal/print.js';

/*
 * What one bridge carries as a router, from a full queue: messages a second forwarded with confirms (share 0), and
 * gradings a second started (share 100 %; the server's cost).
 *
 *   npm run bench:router
 */

const silent = { step: () => undefined, done: () => undefined };

for (const [what, share, count] of [
  ['forwarded with confirms', 0, 20_000],
  ['gradings started', 10_000, 1_000],
] as const) {
  const services = await provideServices({ only: ['rabbitmq', 'temporal'], progress: silent });
  const queue = `bench-router-${randomInt(2 ** 40).toString(36)}`;
  const settings = loadSettings({});
  const temporal = createTemporalClient({
    ...settings.temporal,
    address: services.temporalAddress,
    namespace: queue,
  });
  const log = createLogger({ name: 'bench', level: 'error', format: 'json' });
  const starter = createGradingStarter(temporal, log);
  await starter.prepare();
  const connection = await connectBroker(new Secret(services.amqpUrl), 'bench');
  await ensureQueue(connection, queue);
  const publisher = createConfirmedPublisher(await connection.createConfirmChannel());
  const firstId = randomInt(1, 2 ** 30);
  for (let at = 0; at < count; at += 500) {
    const turn = Array.from({ length: Math.min(500, count - at) }, (_, index) => firstId + at + index);
    await Promise.all(
      turn.map((id) => publisher.publish(queue, Buffer.from(`{"submission_id": ${id}}`), {})),
    );
  }
  const beganAt = performance.now();
  const bridge = await startBridge({
    id: 'bench',
    settings: {
      ...settings,
      amqpUrl: new Secret(services.amqpUrl),
      queue,
      legacyQueue: `${queue}.legacy`,
      bridgeSetting: { mode: 'router', share, salt: 'bench' },
      bridgeHealthPort: 0,
    },
    starter,
    control: createBridgeControlStore(temporal, queue),
    controlFile: openControlFile(settings.scratchDirectory, queue, queue),
    // Nobody works on the gradings here, so their backlog says nothing.
    readBacklog: () => Promise.resolve({ count: 0, oldestMs: 0 }),
    findHeader: () => Promise.resolve({ classId: 1, isTest: false, problemTitle: 'A + B', language: 'cpp' }),
    tracing: undefined,
    log,
  });
  const done = (): number => {
    const { forwarded, started, joined } = bridge.health();
    // A start whose answer came too late is joined by the next try.
    return forwarded + started + joined;
  };
  while (done() < count) await sleep(5);
  const seconds = (performance.now() - beganAt) / 1_000;
  say(`${what}: ${count} in ${seconds.toFixed(2)} s, ${(count / seconds).toFixed(0)}/s`);
  await bridge.close();
  const channel = await connection.createChannel();
  for (const suffix of ['', '.legacy', '.quarantine']) await channel.deleteQueue(`${queue}${suffix}`);
  await connection.close();
  await temporal.close();
}
