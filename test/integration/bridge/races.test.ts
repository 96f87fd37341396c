import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Bridge } from '../../../bridge/bridge.js';
import type { BridgeMode } from '../../../domain/cutover/bridge-control.js';
import type { FakeControlStore } from '../../fakes/fake-control-store.js';
import { fakeControlStore } from '../../fakes/fake-control-store.js';
import { eventually } from '../eventually.js';
import { testServices } from '../services-fixture.js';
import type { TcpProxy } from '../tcp-proxy.js';
import { startTcpProxy } from '../tcp-proxy.js';
import type { BridgeFixture } from './bridge-fixture.js';
import { createBridgeFixture } from './bridge-fixture.js';

/* The mode changes while the broker's answer to the change before is on its way. */

let fixture: BridgeFixture;
let broker: TcpProxy;
let control: FakeControlStore;

beforeEach(async () => {
  fixture = await createBridgeFixture();
  broker = await startTcpProxy(testServices().amqpUrl);
  control = fakeControlStore();
});
afterEach(async () => {
  broker.release();
  await fixture.clean();
  await broker.down();
});

async function order(bridge: Bridge, mode: BridgeMode): Promise<void> {
  control.order({ mode, share: 10_000 });
  await eventually(() => expect(bridge.health().control.mode).toBe(mode));
}

const consumers = async () => (await fixture.channel.checkQueue(fixture.queue)).consumerCount;

describe.each(['router', 'equal'] as const)('off, ordered while the change to %s is under way', (before) => {
  test('is what the bridge does and says in the end, and nothing is graded', async () => {
    const bridge = await fixture.start({ amqpUrl: broker.address, control, setting: { mode: 'off' } });
    await eventually(() => expect(bridge.health().state).toBe('off'));
    await fixture.publishSubmission();
    broker.hold();
    await order(bridge, before);
    await order(bridge, 'off');
    broker.release();
    await sleep(1_000);
    expect(bridge.health()).toMatchObject({ state: 'off', started: 0, forwarded: 0, inFlight: 0 });
    expect(await consumers()).toBe(0);
    expect(await fixture.waiting()).toBe(1);

    await order(bridge, 'equal');
    await eventually(() => expect(bridge.health()).toMatchObject({ state: 'consuming', started: 1 }));
  });
});

test('a message whose grading was about to start when the mode became off goes back', async () => {
  let looks = 0;
  let answer: () => void = () => undefined;
  const asked = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const bridge = await fixture.start({
    control,
    findHeader: async (id) => {
      if (id !== 0) looks += 1;
      if (looks === 1) await asked;
      return { classId: 1, isTest: false, problemTitle: 'A + B', language: 'cpp' };
    },
  });
  const id = await fixture.publishSubmission();
  await eventually(() => expect(looks).toBe(1));
  await order(bridge, 'off');
  answer();
  await eventually(() => expect(bridge.health()).toMatchObject({ state: 'off', inFlight: 0 }));
  expect(bridge.health()).toMatchObject({ started: 0, received: 1, givenBack: 1 });
  expect(await fixture.grading(id)).toBeUndefined();
  expect(await fixture.waiting()).toBe(1);

  await order(bridge, 'equal');
  await eventually(async () => expect(await fixture.grading(id)).toBe('RUNNING'));
});

test('a bridge that has connected again and again listens no more often than at first', async () => {
  const warnings: string[] = [];
  const listen = (warning: Error): number => warnings.push(warning.message);
  process.on('warning', listen);
  try {
    const bridge = await fixture.start({ amqpUrl: broker.address });
    for (let round = 0; round < 8; round += 1) {
      await eventually(() => expect(bridge.health().state).toBe('consuming'));
      // So that the next attempt comes soon.
      await fixture.publishSubmission();
      await eventually(() => expect(bridge.health()).toMatchObject({ started: round + 1, inFlight: 0 }));
      broker.cut();
      await eventually(() => expect(bridge.health().state).not.toBe('consuming'));
    }
    expect(warnings).toEqual([]);
  } finally {
    process.off('warning', listen);
  }
});
