import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Bridge } from '../../../bridge/bridge.js';
import { createMessageCounters } from '../../../bridge/message-counters.js';
import { openSession } from '../../../bridge/session.js';
import { createLogger } from '../../../platform/process/logger.js';
import { Secret } from '../../../platform/settings/secret.js';
import { fakeControlStore } from '../../fakes/fake-control-store.js';
import { eventually } from '../eventually.js';
import type { PrivateBroker } from '../private-broker.js';
import { usePrivateBroker } from '../private-broker.js';
import { testServices } from '../services-fixture.js';
import type { BridgeFixture } from './bridge-fixture.js';
import { createBridgeFixture } from './bridge-fixture.js';

const log = createLogger({ name: 'session', level: 'silent', format: 'json' });

let broker: PrivateBroker;
beforeAll(async () => {
  broker = await usePrivateBroker();
});
afterAll(() => broker.stop());

let fixture: BridgeFixture;
beforeEach(async () => {
  fixture = await createBridgeFixture();
});
afterEach(() => fixture.clean());

const isRed = (bridge: Bridge): void => expect(bridge.health().isHealthy).toBe(false);
const isGreen = (bridge: Bridge): void =>
  expect(bridge.health()).toMatchObject({ isHealthy: true, state: 'consuming' });

/** Prints how long a condition took: what an operator can count on. */
async function timed(what: string, condition: () => void): Promise<void> {
  const beganAt = Date.now();
  await eventually(condition, { everyMs: 20 });
  process.stdout.write(`${what} after ${Date.now() - beganAt} ms\n`);
}

/** Each rabbitmqctl starts an Erlang machine: half a minute on a host that is busy with ten other things. */
const withCommands = { timeout: 300_000 };

describe('an alarm of the broker', withCommands, () => {
  test('stops a router visibly, and it goes on by itself when the alarm ends', async () => {
    await fixture.publishSubmission();
    await broker.rabbitmqctl('set_vm_memory_high_watermark', '0.00001');
    try {
      // The broker blocks a connection at its first publish.
      const bridge = await fixture.start({ setting: { mode: 'router', share: 0 } });
      await timed('memory alarm: red health', () => {
        isRed(bridge);
        expect(bridge.health().unavailableReason).toMatch(/the broker blocks publishing: /);
      });
      expect(bridge.health()).toMatchObject({ state: 'blocked', forwarded: 0 });
      await broker.rabbitmqctl('set_vm_memory_high_watermark', 'absolute', '512MB');
      await timed('memory alarm over: consuming again', () => isGreen(bridge));
      await eventually(() => expect(bridge.health().forwarded).toBe(1));
    } finally {
      await broker.rabbitmqctl('set_vm_memory_high_watermark', 'absolute', '512MB');
    }
  });
});

describe('a consumer time-out of the broker', withCommands, () => {
  test('closes the channel, and the bridge consumes again', async () => {
    await broker.rabbitmqctl(
      'eval',
      'application:set_env(rabbit, consumer_timeout, 1000), application:set_env(rabbit, channel_tick_interval, 1000).',
    );
    try {
      let looks = 0;
      const bridge = await fixture.start({
        findHeader: async (id) => {
          if (id !== 0) looks += 1;
          if (looks === 1) await sleep(4_000);
          return { classId: 1, isTest: false, problemTitle: 'A + B', language: 'cpp' };
        },
      });
      await eventually(() => isGreen(bridge));
      await fixture.publishSubmission();
      await eventually(() => expect(bridge.health().givenBack).toBeGreaterThan(0));
      await timed('consumer time-out: consuming again', () => isGreen(bridge));
      // A start that took longer than the time-out was durable all the same, and is joined.
      await eventually(() => {
        const { started, joined } = bridge.health();
        expect(started + joined).toBeGreaterThanOrEqual(1);
      });
    } finally {
      await broker.rabbitmqctl(
        'eval',
        'application:set_env(rabbit, consumer_timeout, 1800000), application:set_env(rabbit, channel_tick_interval, 60000).',
      );
    }
  });
});

describe('a message that is not settled', () => {
  test('makes the health red within seconds, whatever holds it', async () => {
    const bridge = await fixture.start({
      setting: { mode: 'router', share: 10_000 },
      temporalAddress: '127.0.0.1:1',
    });
    await fixture.publishSubmission();
    // Its setting can be read all the time: it never fails open, so the message stays in flight.
    await eventually(() => expect(bridge.health().inFlight).toBe(1));
    await timed('message stuck in flight: red health', () => isRed(bridge));
    expect(bridge.health().unavailableReason).toMatch(/a message has been in flight for/);
  });

  test('is told apart from one that is done and only held back for the pace', async () => {
    const ended = new AbortController();
    const never = new Promise<undefined>((resolve) => {
      ended.signal.addEventListener('abort', () => resolve(undefined));
    });
    const counters = createMessageCounters(log);
    const session = await openSession({
      url: new Secret(testServices().amqpUrl),
      queue: fixture.queue,
      legacyQueue: `${fixture.queue}.legacy`,
      legacyUrl: undefined,
      handling: {
        decision: {
          decide: async () => {
            const { received } = counters.counts();
            if (received === 2) await never;
            return { kind: 'ack', as: 'started', submissionId: received };
          },
        },
        control: { current: () => fakeControlStore().order({ mode: 'paced' }) },
        pacer: { hold: () => never.then(() => undefined), reset: () => undefined },
        counters,
        tracing: undefined,
      },
      onBlockedChange: () => undefined,
      report: async () => ({}),
      log,
      signal: ended.signal,
    });
    try {
      await session.apply({ priority: 0, prefetch: 4, forwards: false });
      await fixture.publishSubmission();
      await eventually(() => expect(session.inFlight()).toBe(1));
      await eventually(() => expect(session.oldestSince()).toBeUndefined());
      await fixture.publishSubmission();
      await eventually(() => expect(session.oldestSince()).toBeGreaterThan(performance.now() - 5_000));
      expect(session.inFlight()).toBe(2);
    } finally {
      ended.abort();
      await session.close(1_000);
    }
  });
});

describe('the bridge works on', withCommands, () => {
  test('a quorum queue', async () => {
    await fixture.channel.deleteQueue(fixture.queue);
    await fixture.channel.assertQueue(fixture.queue, {
      durable: true,
      arguments: { 'x-queue-type': 'quorum' },
    });
    const bridge = await fixture.start({ setting: { mode: 'router', share: 5_000 } });
    for (let index = 0; index < 20; index += 1) await fixture.publishSubmission();
    await eventually(() => {
      const { started, forwarded } = bridge.health();
      expect(started + forwarded).toBe(20);
    });
  });

  test('a queue with a policy of the operator', async () => {
    const policy = `test-${fixture.queue}`;
    await broker.rabbitmqctl(
      'set_policy',
      policy,
      `^${fixture.queue}$`,
      '{"max-length": 100000, "dead-letter-exchange": ""}',
      '--apply-to',
      'queues',
    );
    try {
      const bridge = await fixture.start();
      await fixture.publishSubmission();
      await eventually(() => expect(bridge.health().started).toBe(1));
      isGreen(bridge);
    } finally {
      await broker.rabbitmqctl('clear_policy', policy);
    }
  });
});

describe('a quarantine that takes nothing', withCommands, () => {
  /** More than the bridge holds at a time. */
  const badOnes = 12;

  test('keeps bad messages with the broker, holds up no good one behind them, and is told by the health', async () => {
    const quarantine = `${fixture.queue}.quarantine`;
    const policy = `test-${quarantine}`;
    await fixture.channel.assertQueue(quarantine, { durable: true });
    await broker.rabbitmqctl(
      ...['set_policy', policy, `^${quarantine}$`, '{"max-length": 1, "overflow": "reject-publish"}'],
      ...['--apply-to', 'queues'],
    );
    fixture.channel.sendToQueue(quarantine, Buffer.from('it is full'));
    for (let index = 0; index < badOnes; index += 1) await fixture.publish(`bad ${index}`);
    await fixture.publishSubmission();
    try {
      const bridge = await fixture.start();
      await timed('full quarantine: a good message behind bad ones', () =>
        expect(bridge.health().started).toBe(1),
      );
      isRed(bridge);
      expect(bridge.health().unavailableReason).toMatch(
        new RegExp(`${quarantine} does not take messages .*max-length.*grader quarantine list`),
      );
      expect(bridge.health().quarantined).toBeLessThan(badOnes);
    } finally {
      await broker.rabbitmqctl('clear_policy', policy);
    }
    await eventually(async () => expect(await fixture.waiting(quarantine)).toBe(badOnes + 1));
    expect(await fixture.waiting()).toBe(0);
  });

  test('since it was deleted is made again', async () => {
    const bridge = await fixture.start();
    await eventually(() => isGreen(bridge));
    await fixture.channel.deleteQueue(`${fixture.queue}.quarantine`);
    await fixture.publish('bad');
    await eventually(() => expect(bridge.health().quarantined).toBe(1));
    isGreen(bridge);
  });
});
