import { getEventListeners } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createLogger } from '../platform/process/logger.js';
import { FakeSession } from '../test/fakes/fake-session.js';
import { shownState } from './bridge-state.js';
import type { ConsumeDecision } from './consume-plan.js';
import type { LifecycleOptions } from './lifecycle.js';
import { Lifecycle } from './lifecycle.js';

const consume = (priority: number): ConsumeDecision => ({
  kind: 'consume',
  plan: { priority, prefetch: 1, forwards: false },
});
const rest: ConsumeDecision = { kind: 'rest', state: 'off', why: 'the mode is off' };

/** A lifecycle whose sessions are fakes, and what it decides in the hands of the test. */
function createStage(options: Partial<LifecycleOptions> = {}) {
  const sessions: FakeSession[] = [];
  let decision = consume(0);
  const lifecycle = new Lifecycle({
    queue: 'test',
    shutdownGraceMs: 1_000,
    prepare: async () => undefined,
    openSession: async () => {
      const session = new FakeSession();
      sessions.push(session);
      return session;
    },
    decide: () => decision,
    log: createLogger({ name: 'test', level: 'silent', format: 'json' }),
    ...options,
  });
  const state = () => lifecycle.state().kind;
  return {
    sessions,
    lifecycle,
    state,
    decision: () => decision,
    order(next: ConsumeDecision) {
      decision = next;
      lifecycle.steer();
    },
    /** The session of now. */
    session(): FakeSession {
      const session = sessions.at(-1);
      if (!session) throw new Error('there is no session yet');
      return session;
    },
    async until(kind: string): Promise<void> {
      const deadline = Date.now() + 5_000;
      while (state() !== kind) {
        if (Date.now() > deadline) throw new Error(`still ${state()}, not ${kind}`);
        await turn();
      }
    },
  };
}

/** An answer that comes when the test says so. */
/** Its session is there once `opened` is open. */
function createSlowStage() {
  const opened = gate();
  const session = new FakeSession();
  const stage = createStage({
    openSession: async () => {
      await opened.wait();
      return session;
    },
  });
  return { stage, session, opened };
}

function gate(): { readonly wait: () => Promise<void>; readonly open: () => void } {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { wait: () => opened, open: () => open() };
}

async function turns(count = 20): Promise<void> {
  for (let index = 0; index < count; index += 1) await turn();
}

describe('steering', () => {
  test('that was overtaken is neither reported nor left in effect', async () => {
    const stage = createStage();
    stage.order(rest);
    stage.lifecycle.start();
    await stage.until('off');
    const answer = gate();
    stage.session().answer = answer.wait;
    stage.order(consume(1));
    await turns();
    stage.order(rest);
    const since = stage.lifecycle.since();
    answer.open();
    await turns();
    expect(stage.state()).toBe('off');
    expect(stage.lifecycle.since(), 'it was something else meanwhile').toBe(since);
    expect(stage.session().applied.at(-1)).toBeUndefined();
    expect(stage.session().consumes).toBe(false);
    await stage.lifecycle.close();
  });

  test('asked for many times while one is under way is one more, with what holds then', async () => {
    const stage = createStage();
    stage.lifecycle.start();
    await stage.until('consuming');
    const answer = gate();
    stage.session().answer = answer.wait;
    for (let priority = 1; priority <= 10; priority += 1) stage.order(consume(priority));
    answer.open();
    await turns();
    expect(stage.session().applied.map((plan) => plan?.priority)).toEqual([0, 1, 10]);
    await stage.lifecycle.close();
  });

  test('whose session ends meanwhile reports nothing', async () => {
    const stage = createStage();
    const answer = gate();
    stage.order(rest);
    stage.lifecycle.start();
    await stage.until('off');
    stage.session().answer = answer.wait;
    stage.order(consume(0));
    await turns();
    stage.session().lose();
    await turns();
    expect(stage.state()).toBe('ending');
    expect(shownState(stage.lifecycle.state())).toBe('waiting');
    answer.open();
    await stage.until('waiting');
    await stage.lifecycle.close();
  });

  test('before there is a session does nothing, and is made up for when there is one', async () => {
    const { stage, session, opened } = createSlowStage();
    stage.lifecycle.start();
    stage.order(rest);
    await turns();
    expect(stage.state()).toBe('connecting');
    opened.open();
    await stage.until('off');
    expect(session.applied).toEqual([undefined]);
    await stage.lifecycle.close();
  });
});

describe('a session that ends', () => {
  test('is closed before the next one is opened, and is not said to consume', async () => {
    const stage = createStage();
    stage.lifecycle.start();
    await stage.until('consuming');
    const first = stage.session();
    const answer = gate();
    first.answer = answer.wait;
    first.settled = true;
    first.hold(new Error('Temporal is down'));
    await turns();
    expect(shownState(stage.lifecycle.state())).toBe('waiting');
    expect(stage.sessions).toHaveLength(1);
    answer.open();
    await stage.until('consuming');
    expect(first.closed).toBe(true);
    expect(stage.sessions).toHaveLength(2);
    await stage.lifecycle.close();
  });

  test('again and again leaves no listener behind', async () => {
    const stage = createStage();
    stage.lifecycle.start();
    for (let round = 1; round <= 12; round += 1) {
      await stage.until('consuming');
      expect(stage.sessions).toHaveLength(round);
      expect(getEventListeners(stage.lifecycle.closing, 'abort')).toHaveLength(0);
      // So that the next attempt comes soon.
      stage.session().settled = true;
      stage.session().lose();
      await turns();
    }
    await stage.lifecycle.close();
  });
});

describe('closing', () => {
  test('gives up what is waited for before there is a session', async () => {
    const stage = createStage({ prepare: () => new Promise(() => undefined) });
    stage.lifecycle.start();
    await stage.lifecycle.close();
    expect(stage.state()).toBe('closed');
    expect(stage.sessions).toHaveLength(0);
  });

  test('closes a session that is opened at the same moment', async () => {
    const { stage, session, opened } = createSlowStage();
    stage.lifecycle.start();
    await turns();
    const closing = stage.lifecycle.close();
    opened.open();
    await closing;
    expect(session.closed).toBe(true);
    expect(session.applied).toEqual([]);
  });

  test('ends the wait for the next attempt, and may be called twice', async () => {
    const stage = createStage({ openSession: () => Promise.reject(new Error('the broker is down')) });
    stage.lifecycle.start();
    await stage.until('waiting');
    await Promise.all([stage.lifecycle.close(), stage.lifecycle.close()]);
    expect(stage.state()).toBe('closed');
  });
});

test('whatever happens in whatever order, no transition is illegal and the last order holds', async () => {
  const event = fc.constantFrom(
    consume(0),
    consume(1),
    rest,
    { kind: 'rest', state: 'full', why: 'full' } as const,
    { kind: 'rest', state: 'blocked', why: 'blocked' } as const,
    'lose' as const,
    'hold' as const,
    'slow' as const,
    'turn' as const,
  );
  await fc.assert(
    fc.asyncProperty(fc.array(event, { maxLength: 25 }), async (events) => {
      const stage = createStage();
      stage.lifecycle.start();
      await stage.until('consuming');
      for (const happens of events) {
        const session = stage.session();
        session.settled = true;
        if (happens === 'lose') session.lose();
        else if (happens === 'hold') session.hold(new Error('Temporal is down'));
        else if (happens === 'slow') session.answer = () => turns(3);
        else if (happens === 'turn') await turn();
        else stage.order(happens);
      }
      // An illegal transition rejects what nobody catches, which fails the run.
      const decision = stage.decision();
      await turns();
      await stage.until(decision.kind === 'rest' ? decision.state : 'consuming');
      await turns();
      const { applied, consumes } = stage.session();
      expect(consumes).toBe(decision.kind === 'consume');
      expect(applied.at(-1)).toEqual(decision.kind === 'consume' ? decision.plan : undefined);
      await stage.lifecycle.close();
      expect(stage.sessions.every(({ closed }) => closed)).toBe(true);
    }),
    { numRuns: 60 },
  );
});
