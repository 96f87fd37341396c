import { setTimeout as sleep } from 'node:timers/promises';
import { errorText } from '../domain/errors/error-text.js';
import { backoffDelayMs, reconnectBackoff } from '../domain/retry/backoff.js';
import type { Logger } from '../platform/process/logger.js';
import type { State } from './bridge-state.js';
import { assertTransition, openSessionOf, sessionOf, shownState, unavailableReason } from './bridge-state.js';
import type { ConsumeDecision } from './consume-plan.js';
import type { SessionEnd } from './end-once.js';
import type { Session } from './session.js';

/*
 * Theory of operation
 *
 * The bridge turns messages of the grading queue into workflows and keeps nothing itself: a message is the broker's
 * until its grading is durable in Temporal or its copy is confirmed in the legacy workers' queue, and acked only then.
 *
 *   connecting ─session is open─► opened ─steered─► consuming │ off │ full │ blocked ─close()─► closing ─► closed
 *     ▲     └──── failed ───┐        │                 │                                (from any other, too)
 *     └─ backoff ─ waiting ◄┴─closed─ ending ◄─lost, hold
 *
 * Two parties change the state, each by `#enter`, which asserts that the way exists and that what the state stands for
 * holds (bridge-state.ts has the table):
 *
 * - The loop `#run` connects, waits for the end of the session, closes it and begins again. It alone enters `opened`,
 *   `ending`, `waiting` and `connecting`.
 * - Steering decides by mode, backlog and alarms whether and how the open session consumes, and enters `consuming`, `off`,
 *   `full` and `blocked`. Every change of these asks for it by `steer()`. One steering runs at a time; what is asked for
 *   meanwhile is one more after it, which reads what holds then. So of several changes the last one is what the session does
 *   in the end, and nothing is reported that has been overtaken. A mode changes without a new session, a share without a
 *   new consumer. A rest is entered before the broker has confirmed it, as messages are refused from then on
 *   (message-decision.ts); `consuming` only afterwards.
 *
 * `close()` enters `closing` from wherever the bridge is; both parties look at the state after each wait and leave it
 * alone from then on.
 *
 * In the modes that compete, Temporal and the database come first: while one is down all messages stay on the broker,
 * where the other consumers take them. A start that fails later is a `hold`: the session ends, its messages return to the queue once,
 * and the loop is back at the top. The backoff only starts over after a message was settled or a session has lasted,
 * so a broker or a server that comes and goes is never hammered. A router must not wait for them, since the legacy
 * workers live on what it forwards: it keeps what is ours in flight for FAIL_OPEN_AFTER and then forwards that, too.
 *
 * On a crash at any point the broker redelivers what was not acked. A grading that runs already is joined: it looks at
 * the submission again, and goes on if nothing has changed. One that has completed since is done once more: whether the
 * message asked for that very grading or for a later one, nobody can tell. An illegal transition is a crash as well: it
 * rejects a promise that nobody catches.
 */

export interface LifecycleOptions {
  readonly queue: string;
  readonly shutdownGraceMs: number;
  /** What has to be in reach before a session is opened. Given up when the bridge closes. */
  readonly prepare: () => Promise<unknown>;
  /** @throws Error that says what is not there; at once when the signal aborts. */
  readonly openSession: (signal: AbortSignal) => Promise<Session>;
  readonly decide: (session: SessionCircumstances) => ConsumeDecision;
  readonly log: Logger;
}

/** What the decision takes of the session and the state. */
export interface SessionCircumstances {
  readonly wasOverLimit: boolean;
  readonly blocked: string | undefined;
}

const lastingSessionMs = 10_000;

export class Lifecycle {
  readonly #options: LifecycleOptions;
  readonly #closing = new AbortController();
  #state: State = { kind: 'connecting', unavailableReason: undefined };
  #since = new Date();
  #isSteeringDue = false;
  #isSteering = false;
  #running: Promise<void> | undefined;
  #closed: Promise<void> | undefined;

  constructor(options: LifecycleOptions) {
    this.#options = options;
  }

  /** Begins to connect. */
  start(): void {
    this.#running ??= this.#run();
  }

  state(): State {
    return this.#state;
  }

  /** When it came into the state that is shown. */
  since(): Date {
    return this.#since;
  }

  /** Aborts when the bridge closes. */
  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  /** Something has changed that the decision depends on. */
  steer(): void {
    this.#isSteeringDue = true;
    if (!this.#isSteering) void this.#steerWhileDue();
  }

  /** Stops consuming, settles the messages in flight, and closes; within the grace and a few seconds. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  /** The only place where the state changes. @throws IllegalTransitionError */
  #enter(next: State): void {
    assertTransition(this.#state, next);
    if (shownState(next) !== shownState(this.#state)) this.#since = new Date();
    this.#state = next;
  }

  async #run(): Promise<void> {
    let attempt = 0;
    while (!this.#isClosing()) {
      const beganAt = performance.now();
      const { why, hasSettled } = await this.#serve();
      if (this.#isClosing()) return;
      this.#enter({ kind: 'waiting', why });
      if (hasSettled || performance.now() - beganAt > lastingSessionMs) attempt = 0;
      attempt += 1;
      await this.#backOff(attempt, why);
      if (this.#isClosing()) return;
      this.#enter({ kind: 'connecting', unavailableReason: why });
    }
  }

  /** One session, from its set-up until it is closed. */
  async #serve(): Promise<{ readonly why: string; readonly hasSettled: boolean }> {
    let session: Session;
    try {
      session = await this.#open();
    } catch (error) {
      return { why: errorText(error), hasSettled: false };
    }
    let why = 'closing';
    if (!this.#isClosing()) {
      this.#enter({ kind: 'opened', session, unavailableReason: unavailableReason(this.#state) });
      this.steer();
      why = describe(await session.ended);
    }
    if (!this.#isClosing()) this.#enter({ kind: 'ending', session, why });
    await session.close(this.#options.shutdownGraceMs);
    return { why, hasSettled: session.hasSettled() };
  }

  async #open(): Promise<Session> {
    const { prepare, openSession } = this.#options;
    await unlessAborted(prepare(), this.closing);
    return openSession(this.closing);
  }

  async #backOff(attempt: number, why: string): Promise<void> {
    const { log, queue } = this.#options;
    const retryInMs = backoffDelayMs(reconnectBackoff, attempt, Math.random());
    log.warn({ attempt, retryInMs, queue }, why);
    await sleep(retryInMs, undefined, { signal: this.closing }).catch(() => undefined);
  }

  async #steerWhileDue(): Promise<void> {
    this.#isSteering = true;
    while (this.#isSteeringDue) {
      this.#isSteeringDue = false;
      await this.#steerOnce();
    }
    this.#isSteering = false;
  }

  async #steerOnce(): Promise<void> {
    const { decide, log, queue } = this.#options;
    const session = openSessionOf(this.#state);
    if (!session) return;
    const decision = decide({ wasOverLimit: this.#state.kind === 'full', blocked: session.blocked() });
    if (decision.kind === 'rest') {
      const { state: kind, why } = decision;
      if (this.#state.kind !== kind) log.warn({ queue }, `not consuming: ${why}`);
      this.#enter({ kind, session, why });
      await session.apply(undefined);
      return;
    }
    await session.apply(decision.plan);
    // Overtaken by another change, or by the end of the session.
    if (this.#isSteeringDue || openSessionOf(this.#state) !== session) return;
    if (this.#state.kind !== 'consuming') log.info({ queue, ...decision.plan }, 'consuming');
    this.#enter({ kind: 'consuming', session });
  }

  async #close(): Promise<void> {
    const session = sessionOf(this.#state);
    this.#enter({ kind: 'closing', session });
    this.#closing.abort();
    await session?.close(this.#options.shutdownGraceMs);
    await this.#running;
    this.#enter({ kind: 'closed' });
  }

  #isClosing(): boolean {
    return this.closing.aborted;
  }
}

/** Rejects as soon as the signal aborts, and listens to it no longer than the work takes. */
async function unlessAborted(work: Promise<unknown>, signal: AbortSignal): Promise<void> {
  let giveUp: () => void = () => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    giveUp = () => reject(new Error('setup abandoned'));
  });
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}

function describe(end: SessionEnd): string {
  return end.kind === 'lost'
    ? `lost: ${end.what}`
    : `a grading could not be started: ${errorText(end.cause)}; its message is back on the queue`;
}
