import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { createLogger } from '../platform/process/logger.js';
import { fakeChannel } from '../test/fakes/fake-channel.js';
import type { ConsumePlan } from './consumer.js';
import { Consumer } from './consumer.js';
import { endOnce } from './end-once.js';
import { createMessageCounters } from './message-counters.js';
import type { Disposal } from './message-handling.js';

const equal: ConsumePlan = { priority: 0, prefetch: 10, forwards: false };
const primary: ConsumePlan = { priority: 1, prefetch: 10, forwards: false };

function createStage() {
  const channel = fakeChannel();
  const end = endOnce();
  const counters = createMessageCounters(createLogger({ name: 'test', level: 'silent', format: 'json' }));
  const stage = {
    channel,
    end,
    counts: () => counters.counts(),
    /** How long what a plan needs takes. */
    prepare: async (): Promise<void> => undefined,
    handle: async (): Promise<Disposal> => 'acked',
  };
  const consumer = new Consumer({
    channel,
    queue: 'test',
    end,
    messages: { handle: () => stage.handle() },
    counters,
    prepare: () => stage.prepare(),
  });
  return Object.assign(stage, { consumer });
}

describe('a consumer', () => {
  test('rests when that was said last, however long what the plan before needs takes', async () => {
    const stage = createStage();
    let prepared: () => void = () => undefined;
    stage.prepare = () =>
      new Promise<void>((resolve) => {
        prepared = resolve;
      });
    const changes = [stage.consumer.apply(primary), stage.consumer.apply(undefined)];
    await turn();
    prepared();
    await Promise.all(changes);
    expect(stage.consumer.isActive()).toBe(false);
    expect(stage.channel.calls).toEqual(['consume 1', 'cancel']);
  });

  test('goes on after a change that failed', async () => {
    const stage = createStage();
    stage.prepare = () => Promise.reject(new Error('no such queue'));
    await expect(stage.consumer.apply(primary)).rejects.toThrow('no such queue');
    stage.prepare = async () => undefined;
    await stage.consumer.apply(equal);
    expect(stage.channel.calls).toEqual(['consume 0']);
  });

  test('keeps a message that is to go back until it rests: the broker would deliver it at once', async () => {
    const stage = createStage();
    await stage.consumer.apply(equal);
    stage.handle = async () => 'give-back';
    stage.channel.deliver(17);
    await turn();
    expect(stage.counts()).toMatchObject({ received: 1, givenBack: 0 });
    expect(stage.consumer.inFlight()).toBe(1);
    await stage.consumer.apply(undefined);
    await turn();
    expect(stage.channel.calls).toEqual(['consume 0', 'cancel', 'nack 17']);
    expect(stage.counts()).toMatchObject({ received: 1, givenBack: 1 });
    expect(stage.consumer.inFlight()).toBe(0);
  });

  test('lets a message that is to go back when it goes on as before, too', async () => {
    const stage = createStage();
    await stage.consumer.apply(equal);
    stage.handle = async () => 'give-back';
    stage.channel.deliver(17);
    await stage.consumer.apply(equal);
    await turn();
    expect(stage.channel.calls).toEqual(['consume 0', 'nack 17']);
  });

  test('counts what it has in flight when the session is lost as given back, and leaves it to the broker', async () => {
    const stage = createStage();
    await stage.consumer.apply(equal);
    stage.handle = async () => 'give-back';
    stage.channel.deliver(17);
    await turn();
    stage.end.with({ kind: 'lost', what: 'test' });
    await turn();
    expect(stage.channel.calls).toEqual(['consume 0']);
    expect(stage.counts()).toMatchObject({ received: 1, givenBack: 1 });
  });

  test('sends what arrives after its cancel back unseen', async () => {
    const stage = createStage();
    await stage.consumer.apply(equal);
    await stage.consumer.apply(undefined);
    stage.channel.deliver(17);
    expect(stage.channel.calls).toEqual(['consume 0', 'cancel', 'nack 17']);
    expect(stage.counts().received).toBe(0);
  });

  test('ends the session for a message that cannot be settled', async () => {
    const stage = createStage();
    await stage.consumer.apply(equal);
    stage.handle = () => Promise.reject(new Error('no confirm'));
    stage.channel.deliver(17);
    expect(await stage.end.promise).toEqual({ kind: 'lost', what: 'message not settled: no confirm' });
  });
});
