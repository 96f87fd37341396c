import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer as createTcpServer } from 'node:net';
import getPort from 'get-port';
import { uniqueName } from '../services-fixture.js';
import { withPort } from './doctor-world.js';
import type { Fault } from './fault.js';

/** Of the host, its Docker engine, and RabbitMQ. */
export const hostAndBrokerFaults: readonly Fault[] = [
  [
    'disk',
    'less disk than is asked for',
    () => ({ DOCTOR_MIN_DISK: '90000000' }),
    'failed',
    /MiB free in .*DOCTOR_MIN_DISK asks for 90000000/,
    /^du -xhd1/,
  ],
  [
    'disk',
    'a scratch directory that cannot be made',
    () => ({ TEMP_DIR: '/etc/passwd/grader' }),
    'failed',
    /ENOTDIR.*\/etc\/passwd\/grader/,
    /TEMP_DIR/,
  ],
  [
    'disk',
    'a scratch directory that is a link, which somebody could point elsewhere',
    async (world) => ({ TEMP_DIR: await world.linkedDirectory() }),
    'failed',
    /is a link: bridge and worker refuse it/,
    /TEMP_DIR/,
  ],
  [
    'memory',
    'less memory than is asked for',
    () => ({ DOCTOR_MIN_MEMORY: '90000000' }),
    'warning',
    /below DOCTOR_MIN_MEMORY/,
    /CONTAINER_POOL_SIZE/,
  ],
  [
    'clock',
    'a backend whose clock is an hour late',
    async (world) => ({
      BACKEND_API_URL: await world.serve((_request, response) => {
        response.setHeader('date', new Date(Date.now() - 3_600_000).toUTCString());
        response.end();
      }),
    }),
    'failed',
    /backend −3[56]\d\d\.\d s/,
    /timedatectl/,
  ],
  [
    'Docker engine',
    'no engine at the socket',
    () => ({ DOCKER_HOST: 'unix:///nonexistent/docker.sock' }),
    'failed',
    /^Failed to get container from pool: no Docker engine answers at \/nonexistent/,
    /systemctl start docker/,
  ],
  [
    'Docker engine',
    'a runtime that Docker does not have',
    () => ({ SANDBOX_RUNTIME: 'no-such-runtime' }),
    'failed',
    /no runtime no-such-runtime/,
    /^docker info/,
  ],
  [
    'sandbox image',
    'an image that is not there',
    () => ({ DOCKER_IMAGE: 'no-such-image' }),
    'failed',
    /no image "no-such-image"/,
    /^docker pull/,
  ],
  [
    'warm image',
    'a worker that makes it',
    async (world) => {
      await world.buildOfWarmImage();
      return {};
    },
    'warning',
    /a worker is making it \(up .*grades nothing before/,
    /docker top/,
  ],
  [
    'sandbox tools',
    'an image without a compiler',
    (world) => world.imageAfter('rm -f /usr/bin/g++* /usr/bin/gcc*'),
    'failed',
    /lacks gcc, g\+\+/,
    /^apt-get install -y build-essential/,
  ],
  [
    'sandbox tools',
    'an image without Java',
    (world) => world.imageAfter('rm -f /usr/bin/java /usr/bin/javac'),
    'warning',
    /submissions in Java fail/,
    /default-jdk-headless/,
  ],
  [
    'broker',
    'a wrong port',
    async (world) => ({ AMQP_URL: withPort(world.stack.places.amqpUrl, await getPort()) }),
    'failed',
    /^Failed to connect to RabbitMQ at amqp:\/\/guest:\*\*\*@.*ECONNREFUSED/,
    /^nc -vz 127\.0\.0\.1/,
  ],
  [
    'broker',
    'a wrong password',
    (world) => ({ AMQP_URL: world.stack.places.amqpUrl.replace('guest:guest', 'guest:wrong') }),
    'failed',
    /^Failed to connect to RabbitMQ.*User, password or vhost are wrong/,
    /rabbitmqctl list_permissions/,
  ],
  [
    'broker',
    'a vhost that is not there',
    (world) => ({ AMQP_URL: `${world.stack.places.amqpUrl.replace(/\/[^/]*$/, '')}/no-such-vhost` }),
    'failed',
    /^Failed to connect to RabbitMQ.*User, password or vhost are wrong/,
    /rabbitmqctl list_permissions/,
  ],
  [
    'broker',
    'a server that says nothing',
    async (world) => {
      const silent = createTcpServer(() => undefined).listen(0, '127.0.0.1');
      await once(silent, 'listening');
      world.later(async () => silent.close());
      return { AMQP_URL: withPort(world.stack.places.amqpUrl, (silent.address() as AddressInfo).port) };
    },
    'failed',
    /^Failed to connect to RabbitMQ.*(no answer within|timeout|ETIMEDOUT)/i,
    /^nc -vz/,
  ],
  [
    'queue',
    'a queue that nobody has declared',
    () => ({ RABBITMQ_QUEUE: uniqueName('nowhere') }),
    'failed',
    /there is no queue nowhere-/,
    /^rabbitmqctl list_queues/,
  ],
  [
    'queue type and policy',
    'a quorum queue',
    (world) => world.queueWith({ arguments: { 'x-queue-type': 'quorum' } }),
    'failed',
    /inequivalent arg 'x-queue-type'.*declarations are refused/,
    /^empty it, then: rabbitmqctl delete_queue/,
  ],
  [
    'queue type and policy',
    'a queue of limited length',
    (world) => world.queueWith({ arguments: { 'x-max-length': 10 } }),
    'failed',
    /inequivalent arg 'x-max-length'/,
    /rabbitmqctl delete_queue/,
  ],
  [
    'legacy queue',
    'a queue of the legacy workers of limited length',
    async (world) => {
      const settings = await world.queueWith({});
      const legacy = `${settings.RABBITMQ_QUEUE}.legacy`;
      const channel = await world.broker.createChannel();
      await channel.assertQueue(legacy, { durable: true, arguments: { 'x-max-length': 10 } });
      world.later(async () => (await world.broker.createChannel()).deleteQueue(legacy));
      await channel.close();
      return settings;
    },
    'warning',
    /\.legacy is not a durable queue without arguments: inequivalent arg 'x-max-length'.*dropped or refused/,
    /rabbitmqctl delete_queue .*\.legacy --if-empty/,
  ],
  [
    'consumers',
    'a queue from which nobody takes',
    (world) => world.queueWith({}),
    'failed',
    /nobody takes messages from doctor-/,
    /grader bridge/,
  ],
  [
    'queue depth',
    'a message in quarantine',
    async (world) => {
      const settings = await world.queueWith({});
      const quarantine = `${settings.RABBITMQ_QUEUE}.quarantine`;
      const channel = await world.broker.createConfirmChannel();
      await channel.assertQueue(quarantine, { durable: true });
      world.later(async () => (await world.broker.createChannel()).deleteQueue(quarantine));
      channel.sendToQueue(quarantine, Buffer.from('?'));
      await channel.waitForConfirms();
      return settings;
    },
    'warning',
    /1 in quarantine/,
    /grader quarantine list/,
  ],
];
