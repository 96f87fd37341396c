import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { backoffDelayMs, reconnectBackoff } from '../platform/backoff.js';
import type { Logger } from '../platform/logger.js';
import type { SubmissionHeader } from '../platform/postgres/submission-store.js';
import type { Settings } from '../platform/settings.js';
import type { GradingStarter } from '../platform/temporal/grading-starter.js';
import type { Outcome } from './handle-message.js';
import { createMessageHandler } from './handle-message.js';
import { startHealthServer } from './health-server.js';
import type { Session } from './session.js';
import { openSession } from './session.js';
import { createSubmissionLookup } from './submission-lookup.js';

/*
 * Theory of operation
 *
 * The bridge turns messages of the grading queue into workflows and keeps nothing itself: a message is the broker's
 * until its grading is durable in Temporal, and acked only then.
 *
 *   connecting ──Temporal answers, consumer is on──► consuming ──close()──► closing ──► closed
 *      ▲    └────────── failed ─────────┐                │
 *      └──────── backoff ──── waiting ◄─┴── lost, hold ──┘
 *
 * Temporal comes first, so that while it is down all messages stay on the broker, where other consumers can take
 * them. A start that fails later is a `hold`: the session ends, its messages return to the queue once, and the loop
 * is back at the top. The backoff only starts over after a message was settled or a session has lasted, so a broker or
 * a server that comes and goes is never hammered.
 *
 * On a crash at any point the broker redelivers what was not acked. A grading that was already started is joined;
 * one that has completed since is recognised by the redelivered flag and skipped.
 */

export interface BridgeDependencies {
  readonly settings: Pick<
    Settings,
    'amqpUrl' | 'queue' | 'bridgePrefetch' | 'bridgeHealthPort' | 'shutdownGraceMs'
  >;
  readonly starter: GradingStarter;
  /** One row of the database; without it, gradings start unseen and at normal priority. */
  readonly findHeader?: (submissionId: number) => Promise<SubmissionHeader | undefined>;
  readonly log: Logger;
  readonly watchdogMs?: number;
}

/** `waiting`: for the next attempt, after the trouble that `health()` names. */
export type BridgeState = 'connecting' | 'consuming' | 'waiting' | 'closing' | 'closed';

export interface BridgeHealth {
  readonly state: BridgeState;
  readonly since: string;
  /** Why it is not consuming; undefined while it is. */
  readonly trouble: string | undefined;
  readonly inFlight: number;
  readonly started: number;
  readonly joined: number;
  readonly alreadyGraded: number;
  readonly quarantined: number;
  /** Messages given back because Temporal could not start their grading. */
  readonly held: number;
}

export interface Bridge {
  health(): BridgeHealth;
  /** Where /healthz is served; undefined when it is off. */
  readonly healthPort: number | undefined;
  /** Stops consuming, settles the messages in hand, and closes; within SHUTDOWN_GRACE and a few seconds. */
  close(): Promise<void>;
}

const lastingSessionMs = 10_000;

/** Starts the bridge and returns at once: broker and Temporal may be down, `health()` says what it waits for. */
export async function startBridge(deps: BridgeDependencies): Promise<Bridge> {
  const { settings, log } = deps;
  const closing = new AbortController();
  const counts = { started: 0, joined: 0, alreadyGraded: 0, quarantined: 0, held: 0 };
  let state: BridgeState = 'connecting';
  let since = new Date();
  let trouble: string | undefined;
  let session: Session | undefined;

  const enter = (next: BridgeState, why?: string): void => {
    if (next !== state) since = new Date();
    state = next;
    trouble = why;
  };
  const health = (): BridgeHealth => ({
    state,
    since: since.toISOString(),
    trouble,
    inFlight: session?.inFlight() ?? 0,
    ...counts,
  });

  const lookup = deps.findHeader
    ? createSubmissionLookup(deps.findHeader, log)
    : () => Promise.resolve({ kind: 'unknown' } as const);
  const handle = createMessageHandler(deps.starter, lookup);

  const runOnce = async (settled: () => void): Promise<string> => {
    await Promise.race([deps.starter.prepare(), aborted(closing.signal)]);
    if (closing.signal.aborted) return 'closing';
    session = await openSession({
      url: settings.amqpUrl,
      queue: settings.queue,
      prefetch: settings.bridgePrefetch,
      handle,
      log,
      signal: closing.signal,
      ...(deps.watchdogMs !== undefined && { watchdogMs: deps.watchdogMs }),
      onSettled: (outcome) => {
        if (outcome.kind !== 'hold') settled();
        note(counts, outcome, log);
      },
    });
    enter('consuming');
    log.info({ queue: settings.queue, prefetch: settings.bridgePrefetch }, 'consuming');
    const end = await Promise.race([session.ended, aborted(closing.signal)]);
    if (closing.signal.aborted) enter('closing');
    await session.close(settings.shutdownGraceMs);
    session = undefined;
    if (end === 'aborted') return 'closing';
    return end.kind === 'lost'
      ? `lost: ${end.what}`
      : `Temporal did not take a grading: ${messageOf(end.cause)}; its message is back on the queue`;
  };

  const run = async (): Promise<void> => {
    let attempt = 0;
    while (!closing.signal.aborted) {
      const beganAt = Date.now();
      if (state === 'waiting') enter('connecting', trouble);
      let hasSettled = false;
      let why: string;
      try {
        why = await runOnce(() => {
          hasSettled = true;
        });
      } catch (error) {
        why = messageOf(error);
      }
      if (closing.signal.aborted) break;
      if (hasSettled || Date.now() - beganAt > lastingSessionMs) attempt = 0;
      attempt += 1;
      const delayMs = backoffDelayMs(reconnectBackoff, attempt, Math.random());
      enter('waiting', why);
      log.warn({ attempt, retryInMs: delayMs, queue: settings.queue }, why);
      await sleep(delayMs, undefined, { signal: closing.signal }).catch(() => undefined);
    }
    enter('closed');
  };

  const healthServer = await startHealthServer(settings.bridgeHealthPort, health);
  const running = run();
  return {
    health,
    healthPort: (healthServer?.address() as AddressInfo | null | undefined)?.port,
    async close() {
      closing.abort();
      await running;
      healthServer?.closeAllConnections();
      healthServer?.close();
    },
  };
}

type Counts = { -readonly [Name in 'started' | 'joined' | 'alreadyGraded' | 'quarantined' | 'held']: number };

function note(counts: Counts, outcome: Outcome, log: Logger): void {
  switch (outcome.kind) {
    case 'hold':
      counts.held += 1;
      return;
    case 'quarantine':
      counts.quarantined += 1;
      log.warn({ reason: outcome.reason, detail: outcome.detail }, 'message quarantined');
      return;
    case 'ack':
      counts[outcome.as === 'already-graded' ? 'alreadyGraded' : outcome.as] += 1;
      log.info({ submissionId: outcome.submissionId, outcome: outcome.as }, 'message acked');
  }
}

function aborted(signal: AbortSignal): Promise<'aborted'> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve('aborted');
    else signal.addEventListener('abort', () => resolve('aborted'), { once: true });
  });
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return cause instanceof Error && !error.message.includes(cause.message)
    ? `${error.message}: ${cause.message}`
    : error.message;
}
