import { describe, expect, test } from 'vitest';
import { NotTakenError, UnsendableError } from '../platform/amqp/confirmed-publisher.js';
import { createLogger } from '../platform/process/logger.js';
import { fakeChannel, fakeMessage } from '../test/fakes/fake-channel.js';
import { fakeControlStore } from '../test/fakes/fake-control-store.js';
import { endOnce } from './end-once.js';
import { createMessageCounters } from './message-counters.js';
import { MessageHandling } from './message-handling.js';
import type { Outcome } from './outcome.js';

const acked: Outcome = { kind: 'ack', as: 'started', submissionId: 17 };
const forwarded: Outcome = { kind: 'forward', why: 'share', submissionId: 17 };
const bad: Outcome = { kind: 'quarantine', reason: 'not-json', detail: 'test' };

function createStage(outcome: Outcome) {
  const channel = fakeChannel();
  const end = endOnce();
  const counters = createMessageCounters(createLogger({ name: 'test', level: 'silent', format: 'json' }));
  const stage = {
    calls: channel.calls,
    end,
    counts: () => counters.counts(),
    refusal: () => counters.refusal(),
    publish: async (): Promise<void> => undefined,
    isBlocked: false,
    hold: async (): Promise<void> => undefined,
    handle: (headers?: Readonly<Record<string, unknown>>) =>
      handling.handle(headers ? { ...delivery, message: fakeMessage(17, headers) } : delivery),
    delivery: { message: fakeMessage(17), since: 0, isDone: false },
  };
  const { delivery } = stage;
  const handling = new MessageHandling(
    {
      decision: { decide: async () => outcome },
      control: { current: () => fakeControlStore().order({ mode: 'paced' }) },
      pacer: { hold: () => stage.hold(), reset: () => undefined },
      counters,
      tracing: undefined,
    },
    {
      channel,
      publisher: {
        async publish(queue) {
          channel.calls.push(`publish ${queue}`);
          await stage.publish();
        },
      },
      isBlocked: () => stage.isBlocked,
      legacy: {
        queue: 'q.legacy',
        ensure: async () => undefined,
        async publish() {
          channel.calls.push('publish q.legacy');
          await stage.publish();
        },
      },
      ensureQuarantine: async () => undefined,
      end,
      queue: 'q',
    },
  );
  return stage;
}

describe('a message is acked', () => {
  test.each([
    [acked, ['ack 17'], { started: 1 }],
    [forwarded, ['publish q.legacy', 'ack 17'], { forwarded: 1 }],
    [bad, ['publish q.quarantine', 'ack 17'], { quarantined: 1 }],
  ] as const)('once what it stands for is durable elsewhere: %o', async (outcome, calls, counts) => {
    const stage = createStage(outcome);
    expect(await stage.handle()).toBe('acked');
    expect(stage.calls).toEqual(calls);
    expect(stage.counts()).toMatchObject(counts);
  });

  test('after it was quarantined, where its headers are too large to be forwarded', async () => {
    const stage = createStage(forwarded);
    stage.publish = async () => {
      if (stage.calls.at(-1) === 'publish q.legacy') throw new UnsendableError('too large');
    };
    expect(await stage.handle()).toBe('acked');
    expect(stage.calls).toEqual(['publish q.legacy', 'publish q.quarantine', 'ack 17']);
    expect(stage.counts()).toMatchObject({ forwarded: 0, quarantined: 1 });
  });

  test('later for the pace, and counts as done from then', async () => {
    const stage = createStage(acked);
    stage.hold = async () => {
      expect(stage.delivery.isDone).toBe(true);
      expect(stage.calls).toEqual([]);
    };
    await stage.handle();
    expect(stage.calls).toEqual(['ack 17']);
  });
});

describe('a message of the legacy workers that their queue does not take', () => {
  test('goes to the end of the queue and says so, and the session goes on', async () => {
    const stage = createStage(forwarded);
    stage.publish = async () => {
      if (stage.calls.at(-1) === 'publish q.legacy') throw new NotTakenError('full');
    };
    expect(await stage.handle()).toBe('put-last');
    expect(stage.calls).toEqual(['publish q.legacy', 'publish q', 'ack 17']);
    expect(stage.end.isEnded()).toBe(false);
    expect(stage.counts().forwarded).toBe(0);
    expect(stage.refusal()).toMatch(
      /^q\.legacy does not take messages \(full\), so what is the legacy workers’ stays/,
    );
    stage.publish = async () => undefined;
    await stage.handle();
    expect(stage.refusal()).toBeUndefined();
  });
});

describe('a message is not acked', () => {
  test('when its copy is not confirmed', async () => {
    const stage = createStage(forwarded);
    stage.publish = () => Promise.reject(new Error('no confirm'));
    await expect(stage.handle()).rejects.toThrow('no confirm');
    expect(stage.calls).toEqual(['publish q.legacy']);
  });

  test('and no copy is made, when the session was lost before', async () => {
    const stage = createStage(forwarded);
    stage.end.with({ kind: 'lost', what: 'test' });
    expect(await stage.handle()).toBe('left');
    expect(stage.calls).toEqual([]);
  });

  test('when the session is lost while the pace holds it', async () => {
    const stage = createStage(acked);
    stage.hold = async () => stage.end.with({ kind: 'lost', what: 'test' });
    expect(await stage.handle()).toBe('left');
    expect(stage.calls).toEqual([]);
  });

  test('for our own trouble, which ends the session', async () => {
    const cause = new Error('Temporal is down');
    const stage = createStage({ kind: 'hold', cause });
    expect(await stage.handle()).toBe('left');
    expect(await stage.end.promise).toEqual({ kind: 'hold', cause });
    expect(stage.counts().held).toBe(1);
  });

  test('when it is to go back', async () => {
    const stage = createStage({ kind: 'give-back' });
    expect(await stage.handle()).toBe('give-back');
    expect(stage.calls).toEqual([]);
  });
});

describe('a message that came back so often that a quorum queue may drop it', () => {
  const often = { 'x-delivery-count': 3, kept: 'yes' };

  test('is put at the end of the queue as a copy, and not decided on', async () => {
    const stage = createStage(forwarded);
    expect(await stage.handle(often)).toBe('put-last');
    expect(stage.calls).toEqual(['publish q', 'ack 17']);
    expect(stage.counts().forwarded).toBe(0);
  });

  test('is decided on where the queue takes no copy', async () => {
    const stage = createStage(acked);
    stage.publish = () => Promise.reject(new NotTakenError('full'));
    expect(await stage.handle(often)).toBe('acked');
    expect(stage.calls).toEqual(['publish q', 'ack 17']);
  });

  test('is decided on during an alarm, when no copy is taken for long', async () => {
    const stage = createStage(acked);
    stage.isBlocked = true;
    expect(await stage.handle(often)).toBe('acked');
    expect(stage.calls).toEqual(['ack 17']);
  });

  test('is not acked where the copy is not confirmed, or the session was lost meanwhile', async () => {
    const stage = createStage(acked);
    stage.publish = () => Promise.reject(new Error('no confirm'));
    await expect(stage.handle(often)).rejects.toThrow('no confirm');
    stage.publish = async () => stage.end.with({ kind: 'lost', what: 'test' });
    expect(await stage.handle(often)).toBe('left');
    expect(stage.calls).toEqual(['publish q', 'publish q']);
  });

  test.each([{}, { 'x-delivery-count': 2 }, { 'x-delivery-count': 'many' }])(
    'is one that the broker says so of, unlike %o',
    async (headers) => {
      const stage = createStage(acked);
      expect(await stage.handle(headers)).toBe('acked');
      expect(stage.calls).toEqual(['ack 17']);
    },
  );
});
