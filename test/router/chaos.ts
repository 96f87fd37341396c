import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import getPort from 'get-port';
import pg from 'pg';
import { projectRoot } from '../../devstack/project-root.js';
import { provideServices } from '../../devstack/services/index.js';
import type { ManagedProcess } from '../../devstack/stack/managed-process.js';
import { startManagedProcess } from '../../devstack/stack/managed-process.js';
import { ensureDatabase } from '../../devstack/stack/platform-database.js';
import { shareSteps } from '../../domain/grading/share.js';
import { applySchema } from '../../reference-backend/apply-schema.js';
import { startLegacyWorker } from '../stand-ins/legacy-worker.js';
import { randomFrom } from './random-from.js';
import type { Stage } from './stage.js';
import { publishAll, setStage, startedIds } from './stage.js';

/*
 * Messages through two routers, while these are killed, the broker is restarted and the share changes five times a
 * second. Every id must be graded by at least one side; those on both are counted. The seed decides when who is killed
 * and what the shares are.
 *
 *   npm run test:router-chaos -- --seed 7 [--messages 20000] [--seconds 180]
 */

const bridges = 2;
const killEveryMs = 2_500;
const minKills = 15;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: '1' },
      messages: { type: 'string', default: '20000' },
      /** What nobody has graded then counts as lost; a busy host takes longer. */
      seconds: { type: 'string', default: '180' },
    },
  });
  const random = randomFrom(Number(values.seed));
  const count = Number(values.messages);
  const stage = await setStage('router-chaos');
  const databaseUrl = await fillDatabase(stage, count);
  const start = () => startBridge(stage, databaseUrl);
  const beganAt = Date.now();
  const seen = new Map<number, number>();
  const running = await Promise.all(Array.from({ length: bridges }, start));
  const legacy = startLegacyWorker({
    amqpUrl: stage.services.amqpUrl,
    queue: `${stage.queue}.legacy`,
    gradeMs: 0,
    onGraded: (id) => seen.set(id, (seen.get(id) ?? 0) + 1),
  });
  const ids = Array.from({ length: count }, (_, index) => stage.firstId + index);
  const done = new AbortController();
  const changes = changeShare(stage, random, done.signal);
  const kills = killBridges(start, running, random, done.signal);
  const publishing = publishAll(stage.services.amqpUrl, stage.queue, ids, count / 60);
  await sleep(20_000);
  const restartedAt = Date.now();
  await stage.restartBroker();
  const restartMs = Date.now() - restartedAt;
  await publishing;
  // Enough kills in any case, however fast the messages went.
  while (kills.count() < minKills) await sleep(200);
  done.abort();
  const [shareChanges] = await Promise.all([changes, kills.ended]);
  const started = await untilAllSeen(stage, ids, seen, beganAt + Number(values.seconds) * 1_000);

  const lost = ids.filter((id) => !started.has(id) && !seen.has(id));
  const both = ids.filter((id) => started.has(id) && seen.has(id));
  const twice = [...seen.values()].filter((times) => times > 1).length;
  const result = {
    seed: Number(values.seed),
    attempted: count,
    lost: lost.length,
    started: started.size,
    forwarded: seen.size,
    onBothSides: both.length,
    twiceToLegacy: twice,
    unexpected: [...started, ...seen.keys()].filter((id) => id < stage.firstId || id >= stage.firstId + count)
      .length,
    kills: kills.count(),
    shareChanges,
    brokerRestartMs: restartMs,
    seconds: Math.round((Date.now() - beganAt) / 1_000),
  };
  process.stdout.write(`${JSON.stringify(result)}\n`);
  await Promise.all(running.map((bridge) => bridge.stop()));
  await legacy.close();
  await stage.close();
  if (lost.length > 0 || result.unexpected > 0) {
    process.stdout.write(`lost: ${lost.slice(0, 20).join(' ')}\n`);
    process.exitCode = 1;
  }
  if (started.size === 0 || seen.size === 0) {
    process.stdout.write(
      'This run does not count: one side got nothing. On a busy host Temporal answers late, and bridges fail open.\n',
    );
    process.exitCode = 1;
  }
}

/** A database that has the submissions. @returns its URL. */
async function fillDatabase({ firstId }: Stage, count: number): Promise<string> {
  const progress = { step: () => undefined, done: () => undefined };
  const { databaseUrl } = await provideServices({ only: ['postgres'], progress });
  const url = await ensureDatabase(databaseUrl, 'router_chaos');
  await applySchema(url);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`
      truncate roles, users, classes, problems, submissions restart identity cascade;
      insert into roles (name) values ('teacher');
      insert into users (full_name, email, password_hash, role_id) values ('T', 't@example.org', '', 1);
      insert into classes (name, invite_code, teacher_id) values ('C', 'ABCD1234', 1);
      insert into problems (class_id, title) values (1, 'P');
      insert into submissions (id, problem_id, student_id, source_code)
        select id, 1, 1, '' from generate_series(${firstId}, ${firstId + count - 1}) as id;`);
  } finally {
    await client.end();
  }
  return url;
}

async function startBridge(stage: Stage, databaseUrl: string): Promise<ManagedProcess> {
  const port = await getPort();
  return startManagedProcess({
    name: 'bridge',
    script: 'dist/bridge.js',
    environment: {
      AMQP_URL: stage.services.amqpUrl,
      RABBITMQ_QUEUE: stage.queue,
      TEMPORAL_ADDRESS: stage.services.temporalAddress,
      TEMPORAL_NAMESPACE: stage.namespace,
      DATABASE_URL: databaseUrl,
      BRIDGE_MODE: 'router',
      BRIDGE_SHARE: '10%',
      BRIDGE_HEALTH_PORT: String(port),
      LOG_LEVEL: 'warn',
    },
    logFile: join(projectRoot, '.local', 'log', 'router-chaos-bridge.log'),
    readyUrl: `http://127.0.0.1:${port}/readyz`,
    readyTimeoutMs: 60_000,
  });
}

async function changeShare(stage: Stage, random: () => number, signal: AbortSignal): Promise<number> {
  let version = 0;
  while (!signal.aborted) {
    const nextAt = Date.now() + 200;
    const share = Math.floor(random() * shareSteps * 0.4);
    const change = { mode: 'router', share, salt: 'chaos', by: 'chaos', why: 'flapping' } as const;
    await stage.control.follow(version, change).then(
      () => {
        version += 1;
      },
      () => undefined,
    );
    await sleep(Math.max(0, nextAt - Date.now()));
  }
  return version;
}

function killBridges(
  start: () => Promise<ManagedProcess>,
  running: ManagedProcess[],
  random: () => number,
  signal: AbortSignal,
) {
  let count = 0;
  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      await sleep(killEveryMs * (0.5 + random()), undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      const victim = Math.floor(random() * running.length);
      running[victim]?.kill('SIGKILL');
      await running[victim]?.exited;
      count += 1;
      running[victim] = await start();
    }
  };
  return { count: () => count, ended: run() };
}

/** The server's list may lag behind. */
async function untilAllSeen(
  stage: Stage,
  ids: readonly number[],
  seen: ReadonlyMap<number, number>,
  deadline: number,
): Promise<ReadonlySet<number>> {
  for (;;) {
    const started = await startedIds(stage.temporal);
    if (ids.every((id) => started.has(id) || seen.has(id)) || Date.now() > deadline) return started;
    await sleep(1_000);
  }
}

await main();
