import type { BridgeControl } from '../domain/cutover/bridge-control.js';
import { describeSetting } from '../domain/cutover/bridge-control.js';
import type { BridgeReport } from '../domain/cutover/bridge-report.js';
import { startHealthServer } from '../platform/process/health-server.js';
import { createBacklogWatch } from './backlog-watch.js';
import { decideConsuming } from './consume-plan.js';
import { createControlWatcher } from './control-watcher.js';
import type { BridgeDependencies } from './dependencies.js';
import { Grader } from './grader.js';
import { Lifecycle } from './lifecycle.js';
import { createMessageCounters } from './message-counters.js';
import { MessageDecision } from './message-decision.js';
import { createBridgeMetrics } from './metrics.js';
import { OpenCalls } from './open-calls.js';
import { createPacer } from './pacer.js';
import { bridgeReport } from './report.js';
import { Router } from './router.js';
import { openSession } from './session.js';
import { createSubmissionLookup } from './submission-lookup.js';

/*
 * Here the parts of a bridge are put together. Its states are in lifecycle.ts, the way of a message in
 * message-handling.ts, what AMQP can lose in session.ts.
 */

export interface Bridge {
  health(): BridgeReport;
  /** Where /healthz is served; undefined when it is off. */
  readonly healthPort: number | undefined;
  /** Stops consuming, settles the messages in flight, and closes; within SHUTDOWN_GRACE and a few seconds. */
  close(): Promise<void>;
}

/** Starts the bridge; broker and Temporal may be down, `health()` says what it waits for. */
export async function startBridge(deps: BridgeDependencies): Promise<Bridge> {
  const { settings, starter, log } = deps;
  const { queue, legacyQueue } = settings;
  const counters = createMessageCounters(log);
  const pacer = createPacer();
  const openCalls = new OpenCalls();
  const control = createControlWatcher({
    store: deps.control,
    remakeNamespace: () => starter.prepare(),
    file: deps.controlFile,
    fallback: settings.bridgeSetting,
    failOpenAfterMs: settings.failOpenAfterMs,
    log,
  });
  const competes = (): boolean => !['off', 'router'].includes(control.current().mode);
  const backlog = createBacklogWatch({
    read: deps.readBacklog,
    isWanted: competes,
    limit: settings.bridgeBacklogLimit,
  });

  const lookup = createSubmissionLookup(deps.findHeader, log);
  const databaseFailOpenMs = (): number | undefined => {
    const silentMs = lookup.silentMs() ?? 0;
    return control.current().mode === 'router' && silentMs > settings.failOpenAfterMs ? silentMs : undefined;
  };

  const lifecycle: Lifecycle = new Lifecycle({
    queue,
    shutdownGraceMs: settings.shutdownGraceMs,
    prepare: async () => {
      if (!competes()) return;
      await starter.prepare();
      await lookup.check();
    },
    decide: (session) =>
      decideConsuming({
        ...session,
        mode: control.current().mode,
        backlog: backlog.count(),
        backlogLimit: settings.bridgeBacklogLimit,
        prefetch: settings.bridgePrefetch,
        routerPrefetch: settings.routerPrefetch,
      }),
    openSession: (signal) =>
      openSession({
        url: settings.amqpUrl,
        queue,
        legacyQueue,
        legacyUrl: settings.legacyAmqpUrl,
        handling: { decision, control, pacer, counters, tracing: deps.tracing },
        onBlockedChange: () => lifecycle.steer(),
        report: async () => {
          // The setting has often just changed.
          await control.look();
          return health();
        },
        log,
        signal,
      }),
    log,
  });
  const health = (): BridgeReport => {
    const failOpenMs = control.failOpenMs() ?? databaseFailOpenMs();
    return bridgeReport(deps.id, lifecycle, control.current(), failOpenMs, counters);
  };
  const grader = new Grader(starter, lookup);
  const { closing } = lifecycle;
  const router = new Router({ control, databaseFailOpenMs, grader, starter, closing, openCalls });
  const decision = new MessageDecision(control, grader, router, backlog);

  const obey = (now: BridgeControl): void => {
    log.info({ version: now.version, by: now.by, why: now.why }, `mode: ${describeSetting(now)}`);
    pacer.reset();
    lifecycle.steer();
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
  await control.start(obey);
  backlog.start(() => lifecycle.steer());
  lifecycle.start();
  return {
    health,
    healthPort: healthServer?.port,
    async close() {
      backlog.close();
      await lifecycle.close();
      lookup.close();
      // The connection to Temporal is closed next, which would break starts in flight.
      await Promise.all([control.close(), openCalls.allEnded()]);
      await healthServer?.close();
    },
  };
}
