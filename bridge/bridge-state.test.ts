import { describe, expect, test } from 'vitest';
import { fakeSession } from '../test/fakes/fake-session.js';
import type { State } from './bridge-state.js';
import { assertTransition, IllegalTransitionError, sessionOf, transitions } from './bridge-state.js';

type Kind = State['kind'];
const kinds = Object.keys(transitions) as Kind[];

/** A state of the kind, with a session in which what the next state asks for holds. */
function stateOf(kind: Kind, session = fakeSession()): State {
  switch (kind) {
    case 'connecting':
      return { kind, unavailableReason: undefined };
    case 'opened':
      return { kind, session, unavailableReason: undefined };
    case 'consuming':
      return { kind, session };
    case 'off':
    case 'full':
    case 'blocked':
    case 'ending':
      return { kind, session, why: 'test' };
    case 'waiting':
      return { kind, why: 'test' };
    case 'closing':
      return { kind, session };
    case 'closed':
      return { kind };
  }
}

describe('the bridge goes', () => {
  test.each(kinds.flatMap((from) => kinds.map((to) => [from, to] as const)))(
    'from %s to %s only where the table has it',
    (from, to) => {
      const session = fakeSession();
      session.consumes = to === 'consuming';
      if (to === 'ending') session.lose();
      if (to === 'waiting' || to === 'closed') session.closed = true;
      const before = stateOf(from, session);
      const next = to === 'closing' ? { kind: to, session: sessionOf(before) } : stateOf(to, session);
      const go = () => assertTransition(before, next);
      if (transitions[from].includes(to)) expect(go).not.toThrow();
      else expect(go).toThrow(IllegalTransitionError);
    },
  );
});

describe('the bridge never', () => {
  test('says that it consumes while its session does not', () => {
    const session = fakeSession();
    const go = () => assertTransition(stateOf('off', session), { kind: 'consuming', session });
    expect(go).toThrow('The bridge goes from off to consuming: its session does not consume');
  });

  test.each(['consuming', 'off', 'full', 'blocked', 'ending', 'closing'] as const)(
    'is %s in another session than before',
    (kind) => {
      expect(() => assertTransition(stateOf('opened'), stateOf(kind))).toThrow('its session is another one');
    },
  );

  test('rests in a session that has ended, or ends one that goes on', () => {
    const session = fakeSession();
    expect(() => assertTransition(stateOf('opened', session), stateOf('ending', session))).toThrow(
      'has not ended',
    );
    session.lose();
    expect(() => assertTransition(stateOf('opened', session), stateOf('off', session))).toThrow('has ended');
  });

  test.each([
    ['ending', 'waiting'],
    ['closing', 'closed'],
  ] as const)('leaves a session open behind it: %s, %s', (from, to) => {
    expect(() => assertTransition(stateOf(from), stateOf(to))).toThrow('its session is open');
  });
});
