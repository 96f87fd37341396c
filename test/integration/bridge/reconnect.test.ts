import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Bridge } from '../../../bridge/bridge.js';
import { fakeBridgeDependencies } from '../../fakes/fake-bridge-dependencies.js';
import { eventually } from '../eventually.js';
import { testServices } from '../services-fixture.js';
import type { TcpProxy } from '../tcp-proxy.js';
import { startTcpProxy } from '../tcp-proxy.js';
import type { BridgeFixture } from './bridge-fixture.js';
import { createBridgeFixture } from './bridge-fixture.js';

let fixture: BridgeFixture;
let broker: TcpProxy;
let temporal: TcpProxy;

beforeEach(async () => {
  fixture = await createBridgeFixture();
  broker = await startTcpProxy(testServices().amqpUrl);
  temporal = await startTcpProxy(testServices().temporalAddress);
});
afterEach(async () => {
  await fixture.clean();
  expect(broker.open(), 'AMQP connections left open').toBe(0);
  await Promise.all([broker.down(), temporal.down()]);
});

function consuming(bridge: Bridge): Promise<void> {
  return eventually(() => expect(bridge.health().state).toBe('consuming'));
}

async function servesAgain(bridge: Bridge): Promise<void> {
  const before = bridge.health().started;
  await fixture.publishSubmission();
  await eventually(() => expect(bridge.health().started).toBe(before + 1));
  await eventually(async () => expect(await fixture.waiting()).toBe(0));
}

/** A Channel.Close of the broker, as a double ack or a consumer time-out brings it. */
function channelClose(channel: number): Buffer {
  const text = Buffer.from('PRECONDITION_FAILED - test');
  const payload = Buffer.concat([
    Buffer.from([0, 20, 0, 40, 0x01, 0x96, text.length]),
    text,
    Buffer.from([0, 0, 0, 0]),
  ]);
  const frame = Buffer.alloc(7);
  frame.writeUInt8(1, 0);
  frame.writeUInt16BE(channel, 1);
  frame.writeUInt32BE(payload.length, 3);
  return Buffer.concat([frame, payload, Buffer.from([0xce])]);
}

describe('the broker', () => {
  test('may cut the connections', async () => {
    const bridge = await fixture.start({ amqpUrl: broker.address });
    await consuming(bridge);
    for (let round = 0; round < 3; round += 1) {
      broker.cut();
      await servesAgain(bridge);
    }
  });

  test('may close only the channel', async () => {
    const bridge = await fixture.start({ amqpUrl: broker.address });
    await consuming(bridge);
    broker.inject(channelClose(1));
    await servesAgain(bridge);
  });

  test('may delete the queue and so cancel the consumer', async () => {
    const bridge = await fixture.start({ amqpUrl: broker.address });
    await consuming(bridge);
    await fixture.channel.deleteQueue(fixture.queue);
    await eventually(async () => expect((await lookAt(fixture.queue)).consumerCount).toBe(1));
    await servesAgain(bridge);
  });

  test('may be down at start and come later', async () => {
    await broker.down();
    const bridge = await fixture.start({ amqpUrl: broker.address });
    await eventually(
      () => expect(bridge.health().unavailableReason).toMatch(/^Failed to connect to RabbitMQ at .*nc -vz/),
      {
        timeoutMs: 60_000,
      },
    );
    await broker.up();
    await servesAgain(bridge);
  });

  test('may be lost at any point of the set-up', async () => {
    await broker.down();
    const bridge = await fixture.start({ amqpUrl: broker.address });
    // The handshake of one connection takes about 900 bytes, the whole set-up about 1200.
    for (const bytes of [0, 8, 300, 560, 580, 600, 640, 700]) {
      broker.cutAfter(bytes);
      await broker.up();
      await eventually(() => expect(bridge.health().state).not.toBe('consuming'));
      await new Promise((resolve) => setTimeout(resolve, 300));
      await broker.down();
    }
    broker.cutAfter(undefined);
    await broker.up();
    await servesAgain(bridge);
  });

  test('may fall silent: the watchdog notices before the heartbeat', async () => {
    const bridge = await fixture.start({ amqpUrl: broker.address });
    await consuming(bridge);
    broker.freeze();
    await eventually(() => expect(bridge.health().unavailableReason).toMatch('no answer within 5000 ms'));
    await servesAgain(bridge);
  });
});

describe('Temporal', () => {
  test('may be down at start: the messages stay with the broker', async () => {
    await temporal.down();
    const id = await fixture.publishSubmission();
    const bridge = await fixture.start({ temporalAddress: temporal.address });
    await eventually(() =>
      expect(bridge.health().unavailableReason).toMatch(/^Failed to connect to Temporal at .*cluster health/),
    );
    expect(await fixture.waiting()).toBe(1);
    await temporal.up();
    await eventually(async () => expect(await fixture.grading(id)).toBe('RUNNING'));
  });

  test('may go away later: messages return to the broker once, not in a loop', async () => {
    const bridge = await fixture.start({ temporalAddress: temporal.address });
    await consuming(bridge);
    await temporal.down();
    const ids = [await fixture.publishSubmission(), await fixture.publishSubmission()];
    await eventually(() => expect(bridge.health().state).toBe('waiting'));
    await eventually(async () => expect(await fixture.waiting()).toBe(2));
    expect(bridge.health().held).toBeLessThanOrEqual(2);
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    expect(await fixture.waiting()).toBe(2);
    expect(bridge.health().held).toBeLessThanOrEqual(2);

    await temporal.up();
    await eventually(() => expect(bridge.health().started).toBe(2));
    for (const id of ids) expect(await fixture.grading(id)).toBe('RUNNING');
  });
});

async function lookAt(queue: string) {
  await fixture.channel.assertQueue(queue, { durable: true });
  return fixture.channel.checkQueue(queue);
}

describe('a quorum queue that drops what came back often', () => {
  /** Of the broker's own accord it is 20, from RabbitMQ 4 on. */
  const deliveryLimit = 4;

  test('loses no message, however often its deliveries end without an ack', {
    timeout: 120_000,
  }, async () => {
    await fixture.channel.deleteQueue(fixture.queue);
    await fixture.channel.assertQueue(fixture.queue, {
      durable: true,
      arguments: { 'x-queue-type': 'quorum', 'x-delivery-limit': deliveryLimit },
    });
    const id = await fixture.publishSubmission();
    let cuts = 0;
    const bridge = await fixture.start({
      amqpUrl: broker.address,
      async findHeader() {
        if (cuts < 3 * deliveryLimit) {
          cuts += 1;
          broker.cut();
        }
        return fakeBridgeDependencies().findHeader(1);
      },
    });
    await eventually(() => expect(bridge.health().started + bridge.health().joined).toBe(1), {
      timeoutMs: 100_000,
    });
    expect(cuts).toBe(3 * deliveryLimit);
    expect(await fixture.waiting()).toBe(0);
    expect(await fixture.grading(id)).toBe('RUNNING');
  });
});
