import type { BridgeState } from '../domain/cutover/bridge-report.js';
import type { Session } from './session.js';

/** Where a bridge is, and what only holds there. lifecycle.ts says who changes it, and when. */
export type State =
  /** `unavailableReason`: why the attempt before came to nothing. */
  | { readonly kind: 'connecting'; readonly unavailableReason: string | undefined }
  | { readonly kind: 'opened'; readonly session: Session; readonly unavailableReason: string | undefined }
  | { readonly kind: 'consuming'; readonly session: Session }
  | { readonly kind: Rest; readonly session: Session; readonly why: string }
  | { readonly kind: 'ending'; readonly session: Session; readonly why: string }
  | { readonly kind: 'waiting'; readonly why: string }
  | { readonly kind: 'closing'; readonly session: Session | undefined }
  | { readonly kind: 'closed' };

/** `off`: as it was told. `full`: back-pressure. `blocked`: the broker's trouble. */
type Rest = 'off' | 'full' | 'blocked';

type Kind = State['kind'];

const whileOpen = ['consuming', 'off', 'full', 'blocked', 'ending', 'closing'] as const;

/** Every way there is. */
export const transitions: { readonly [From in Kind]: readonly Kind[] } = {
  connecting: ['opened', 'waiting', 'closing'],
  opened: whileOpen,
  consuming: whileOpen,
  off: whileOpen,
  full: whileOpen,
  blocked: whileOpen,
  ending: ['waiting', 'closing'],
  waiting: ['connecting', 'closing'],
  closing: ['closed'],
  closed: [],
};

/** Thrown when a state is entered that does not follow, or whose condition does not hold: a defect of the bridge. */
export class IllegalTransitionError extends Error {
  override readonly name = 'IllegalTransitionError';
}

/** @throws IllegalTransitionError */
export function assertTransition(from: State, to: State): void {
  const wrong = transitions[from.kind].includes(to.kind) ? unmet(from, to) : 'there is no such way';
  if (wrong) throw new IllegalTransitionError(`The bridge goes from ${from.kind} to ${to.kind}: ${wrong}`);
}

/** What must hold where a state is entered, and does not. */
function unmet(from: State, to: State): string | undefined {
  const before = sessionOf(from);
  switch (to.kind) {
    case 'opened':
    case 'connecting':
      return undefined;
    case 'consuming':
      if (to.session !== before) return 'its session is another one';
      return to.session.isConsuming() ? undefined : 'its session does not consume';
    case 'off':
    case 'full':
    case 'blocked':
      if (to.session !== before) return 'its session is another one';
      return to.session.isEnded() ? 'its session has ended' : undefined;
    case 'ending':
      if (to.session !== before) return 'its session is another one';
      return to.session.isEnded() ? undefined : 'its session has not ended';
    case 'closing':
      return to.session === before ? undefined : 'its session is another one';
    case 'waiting':
    case 'closed':
      return before && !before.isClosed() ? 'its session is open' : undefined;
  }
}

/** The session that is there, open or about to be closed. */
export function sessionOf(state: State): Session | undefined {
  return 'session' in state ? state.session : undefined;
}

/** The session that may be told how to consume. */
export function openSessionOf(state: State): Session | undefined {
  switch (state.kind) {
    case 'opened':
    case 'consuming':
    case 'off':
    case 'full':
    case 'blocked':
      return state.session.isEnded() ? undefined : state.session;
    case 'connecting':
    case 'ending':
    case 'waiting':
    case 'closing':
    case 'closed':
      return undefined;
  }
}

/** As it is shown: a session is of interest once it is steered, and its end once it has ended. */
export function shownState({ kind }: State): BridgeState {
  if (kind === 'opened') return 'connecting';
  return kind === 'ending' ? 'waiting' : kind;
}

/** Why it is not consuming; undefined while it is. */
export function unavailableReason(state: State): string | undefined {
  if ('why' in state) return state.why;
  return 'unavailableReason' in state ? state.unavailableReason : undefined;
}
