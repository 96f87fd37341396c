import { setTimeout as sleep } from 'node:timers/promises';
import type { BridgeControl } from '../domain/cutover/bridge-control.js';
import { describeSetting } from '../domain/cutover/bridge-control.js';
import type { BridgeReport, BridgeState } from '../domain/cutover/bridge-report.js';
import { errorText } from '../domain/errors/error-text.js';
import { backoffDelayMs, reconnectBackoff } from '../platform/backoff.js';
import { startHealthServer } from '../platform/process/health-server.js';
import type { Settings } from '../platform/settings/settings.js';
import { watchBacklog } from './backlog-watch.js';
import { decideConsuming } from './consume-plan.js';
import { watchControl } from './control-watcher.js';
import type { BridgeDependencies } from './dependencies.js';
import { createHandlerByMode } from './handler-by-mode.js';
import { createMessageCounters } from './message-counters.js';
import { createBridgeMetrics } from './metrics.js';
import { createPacer } from './pacer.js';
import type { Session } from './session.js';
import { openSession } from './session.js';
import { traceMessages } from './trace-messages.js';

/*
 * Theory of operation
 *
 * The bridge turns messages of the grading queue into workflows and keeps nothing itself: a message is the broker's
 * until its grading is durable in Temporal or its copy is confirmed in the legacy workers' queue, and acked only then.
 *
 *   connecting ──session is open──► consuming │ off │ full │ blocked ──close()──► closing ──► closed
 *      ▲    └────── failed ───────┐                  │
 *      └──── backoff ── waiting ◄─┴── lost, hold ────┘
 *
 * While a session is open, `steer` decides by mode, backlog and alarms whether and how it consumes; every change of
 * these steers again. A mode changes without a new session, a share without a new consumer.
 *
 * In the modes that compete, Temporal comes first: while it is down all messages stay on the broker, where the other
 * consumers take them. A start that fails later is a `hold`: the session ends, its messages return to the queue once,
 * and the loop is back at the top. The backoff only starts over after a message was settled or a session has lasted,
 * so a broker or a server that comes and goes is never hammered. A router must not wait for Temporal, since the legacy
 * workers live on what it forwards: it keeps what is ours in flight for FAIL_OPEN_AFTER and then forwards that, too.
 *
 * On a crash at any point the broker redelivers what was not acked. A grading that was already started is joined;
 * one that has completed since is recognised by the redelivered flag and skipped.
 */

export interface Bridge {
  health(): BridgeReport;
  /** Where /healthz is served; undefined when it is off. */
  readonly healthPort: number | undefined;
  /** Stops consuming, settles the messages in flight, and closes; within SHUTDOWN_GRACE and a few seconds. */
  close(): Promise<void>;
}

const lastingSessionMs = 10_000;
/** A message in flight for longer is a stall: starts and confirms take milliseconds, or fail. */
const stallMs = 10_000;

/** Starts the bridge; broker and Temporal may be down, `health()` says what it waits for. */
export async function startBridge(deps: BridgeDependencies): Promise<Bridge> {
  const { settings, log } = deps;
  const closing = new AbortController();
  const counters = createMessageCounters(log);
  const pacer = createPacer();
  const calls = new Set<Promise<unknown>>();
  let state: BridgeState = 'connecting';
  let since = new Date();
  let unavailableReason: string | undefined;
  let session: Session | undefined;
  let blocked: string | undefined;

  const enter = (next: BridgeState, why?: string): void => {
    if (next !== state) since = new Date();
    state = next;
    unavailableReason = why;
  };
  const control = await watchControl({
    store: deps.control,
    file: deps.controlFile,
    fallback: fallbackControl(settings.bridgeSetting),
    log,
    onChange: (now) => {
      log.info({ version: now.version, by: now.by, why: now.why }, `mode: ${describeSetting(now)}`);
      pacer.reset();
      void steer();
    },
  });
  const mode = () => control.current().mode;
  const isFailOpen = () => mode() === 'router' && control.silentMs() > settings.failOpenAfterMs;
  const competes = () => mode() !== 'router' && mode() !== 'off';
  const backlog = watchBacklog(deps.readBacklog, competes, () => void steer());

  // Hoisted: a change may come before the first session.
  async function steer(): Promise<void> {
    const current = session;
    if (!current || closing.signal.aborted) return;
    const decision = decideConsuming({
      mode: mode(),
      backlog: backlog.count(),
      backlogLimit: settings.bridgeBacklogLimit,
      wasOverLimit: state === 'full',
      blocked,
      prefetch: settings.bridgePrefetch,
      routerPrefetch: settings.routerPrefetch,
    });
    if (decision.kind === 'rest') {
      if (state !== decision.state) log.warn({ queue: settings.queue }, `not consuming: ${decision.why}`);
      enter(decision.state, decision.why);
      await current.apply(undefined);
      return;
    }
    await current.apply(decision.plan);
    if (session !== current || closing.signal.aborted) return;
    if (state !== 'consuming') log.info({ queue: settings.queue, ...decision.plan }, 'consuming');
    enter('consuming');
  }

  const health = (): BridgeReport => {
    const oldest = session?.oldestSince();
    const oldestInFlightMs = oldest === undefined ? 0 : Date.now() - oldest;
    const isStalled = oldestInFlightMs > stallMs;
    const { version, share, salt } = control.current();
    return {
      id: deps.id,
      state,
      isHealthy: ['consuming', 'off', 'full'].includes(state) && !isStalled,
      since: since.toISOString(),
      unavailableReason: isStalled
        ? `a message has been in flight for ${Math.round(oldestInFlightMs / 1000)} s`
        : unavailableReason,
      control: { version, mode: mode(), share, salt },
      failOpenMs: isFailOpen() ? control.silentMs() : undefined,
      inFlight: session?.inFlight() ?? 0,
      oldestInFlightMs,
      ...counters.counts(),
    };
  };

  const handleByMode = createHandlerByMode(
    deps,
    () => control.current(),
    isFailOpen,
    () => closing.signal.aborted,
    (call) => {
      const settled = call.catch(() => undefined).finally(() => calls.delete(settled));
      calls.add(settled);
    },
  );

  const handle = traceMessages(handleByMode, settings.queue, deps.tracing);

  const runOnce = async (settled: () => void): Promise<string> => {
    if (competes()) await Promise.race([deps.starter.prepare(), aborted(closing.signal)]);
    if (closing.signal.aborted) return 'closing';
    const opened = await openSession({
      url: settings.amqpUrl,
      queue: settings.queue,
      legacyQueue: settings.legacyQueue,
      handle,
      log,
      signal: closing.signal,
      ...(deps.watchdogMs !== undefined && { watchdogMs: deps.watchdogMs }),
      onReceived: () => counters.received(),
      onGivenBack: () => counters.givenBack(),
      onSettled: (outcome) => {
        if (outcome.kind !== 'hold') settled();
        counters.settled(outcome);
      },
      pace: async (outcome) => {
        if (mode() === 'paced') await pacer.hold(outcome, control.current().share);
      },
      onBlocked: (reason) => {
        blocked = reason;
        void steer();
      },
      report: async () => {
        // Who asks has often just changed the setting.
        await control.look();
        return health();
      },
    });
    session = opened;
    try {
      await steer();
      const end = await Promise.race([opened.ended, aborted(closing.signal)]);
      if (closing.signal.aborted) enter('closing');
      if (end === 'aborted') return 'closing';
      return end.kind === 'lost'
        ? `lost: ${end.what}`
        : `Temporal did not take a grading: ${errorText(end.cause)}; its message is back on the queue`;
    } finally {
      pacer.reset();
      await opened.close(settings.shutdownGraceMs);
      session = undefined;
    }
  };

  const run = async (): Promise<void> => {
    let attempt = 0;
    while (!closing.signal.aborted) {
      const beganAt = Date.now();
      if (state === 'waiting') enter('connecting', unavailableReason);
      let hasSettled = false;
      let why: string;
      try {
        why = await runOnce(() => {
          hasSettled = true;
        });
      } catch (error) {
        why = errorText(error);
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

  const metrics = createBridgeMetrics({ report: health, backlog: () => backlog.count() });
  const healthServer = await startHealthServer({
    host: settings.healthHost,
    port: settings.bridgeHealthPort,
    health: () => {
      const report = health();
      return { isReady: report.isHealthy, report };
    },
    metrics: () => metrics.render(),
  });
  const running = run();
  return {
    health,
    healthPort: healthServer?.port,
    async close() {
      closing.abort();
      backlog.close();
      await running;
      // Each ends by its own deadline; who closes the connection to Temporal next would break those under way.
      await Promise.all([control.close(), ...calls]);
      await healthServer?.close();
    },
  };
}

function aborted(signal: AbortSignal): Promise<'aborted'> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve('aborted');
    else signal.addEventListener('abort', () => resolve('aborted'), { once: true });
  });
}

function fallbackControl(setting: Settings['bridgeSetting']): BridgeControl {
  return {
    ...setting,
    version: 0,
    at: new Date(0).toISOString(),
    by: 'environment',
    why: 'nobody has set anything yet',
  };
}
