import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { demoPrograms } from '../../devstack/demo/catalogue.js';
import { projectRoot } from '../../devstack/project-root.js';
import { createBackendApi } from '../../devstack/stack/backend-api.js';
import { createOwnStack } from '../../devstack/stack/own-stack.js';
import { createDatabase } from '../../platform/postgres/database.js';
import { createLogger } from '../../platform/process/logger.js';
import { Secret } from '../../platform/settings/secret.js';
import { renderError } from '../../platform/terminal/render-error.js';
import { startRehearsalLegacyWorker } from './rehearsal-legacy-worker.js';
import { startTraffic } from './traffic.js';

/*
 * A platform to practise a cutover on: reference backend, two stand-ins of the legacy worker on the legacy queue, our
 * bridge as a router that forwards everything, our worker, and students who hand in the programs of the demo.
 *
 *   npm run rehearsal -- --minutes 60 --per-minute 20 --differ 2
 *
 * In another terminal: set -a; . .local/rehearsal/.env; then ./grader cutover start …, status, parity, criteria. At the
 * end every submission must have the verdict its program is known to get.
 */

const { values: options } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    'per-minute': { type: 'string', default: '20' },
    /** Per cent of the legacy workers' verdicts that are planted to be others than ours. */
    differ: { type: 'string', default: '2' },
    /** Of an earlier rehearsal, which goes on. */
    name: { type: 'string', default: `rehearsal-${randomUUID().slice(0, 8)}` },
  },
});

const say = (line: string) =>
  void process.stdout.write(`${new Date().toISOString().slice(11, 19)}  ${line}\n`);
const { name } = options;
const directory = join(projectRoot, '.local', 'rehearsal');
say('making queue, database and namespace of the rehearsal');
const stack = await createOwnStack({
  name,
  logDirectory: join(directory, 'log'),
  settings: {
    BRIDGE_MODE: 'router',
    BRIDGE_SHARE: '0%',
    SAMPLES_DIR: join(directory, name, 'samples'),
    SHADOW_SHARE: '20%',
  },
});
const database = createDatabase({
  url: new Secret(stack.places.databaseUrl),
  applicationName: 'rehearsal',
  log: createLogger({ name: 'rehearsal', level: 'silent', format: 'json' }),
});
const stopped = new AbortController();
process.once('SIGINT', () => stopped.abort());
process.once('SIGTERM', () => stopped.abort());
let isRight = false;
try {
  say(`starting backend, bridge and worker; their logs: ${join('.local', 'rehearsal', 'log')}`);
  await stack.start('backend');
  const [learning, worker] = await Promise.all([
    stack.start('bridge', { BRIDGE_MODE: 'equal' }),
    stack.start('worker'),
  ]);
  say(
    `grading each of the ${demoPrograms.length} programs once, so that the legacy workers know their verdicts`,
  );
  const traffic = await startTraffic(createBackendApi(stack.backendUrl), Number(options.differ), say);
  await learning.stop();
  await stack.start('bridge');
  const legacyWorkers = [1, 2].map(() =>
    startRehearsalLegacyWorker({
      amqpUrl: stack.places.amqpUrl,
      queue: `${name}.legacy`,
      database,
      verdictOf: (id) => traffic.verdictOfLegacyWorker(id),
    }),
  );
  // Not before: a change of mode would keep the legacy workers from learning.
  mkdirSync(directory, { recursive: true });
  writeFileSync(
    join(directory, '.env'),
    Object.entries({ ...stack.environment, WORKER_HEALTH_URLS: new URL(worker.readyUrl).origin })
      .map(([key, value]) => `${key}=${value}\n`)
      .join(''),
  );
  say('up. In another terminal: set -a; . .local/rehearsal/.env; then any command, such as ./grader status');
  await traffic.run(Number(options.minutes) * 60_000, 60_000 / Number(options['per-minute']), stopped.signal);
  say('no more submissions; waiting for the last verdicts');
  const ledger = await traffic.settle();
  await Promise.all(legacyWorkers.map((worker) => worker.close()));
  say(
    `handed in ${ledger.handedIn}, right ${ledger.right}, as the legacy worker was told to differ ${ledger.planted}, ` +
      `without a verdict ${ledger.missing.length}, wrong ${ledger.wrong.length}`,
  );
  for (const line of [...ledger.missing, ...ledger.wrong]) say(line);
  isRight = ledger.missing.length + ledger.wrong.length === 0;
  if (!stopped.signal.aborted) {
    say('the platform stays up until Ctrl-C');
    while (!stopped.signal.aborted) await sleep(500);
  }
} catch (error) {
  say(
    `${renderError(error)}\nThe rehearsal is stopped; what its processes said: ${join('.local', 'rehearsal', 'log')}`,
  );
} finally {
  await database.close();
  await stack.stop();
}
process.exitCode = isRight ? 0 : 1;
