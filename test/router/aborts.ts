import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { ledgerOf } from '../../domain/cutover/bridge-report.js';
import { collectBridgeReports } from '../../platform/amqp/bridge-reports.js';
import { connectBroker } from '../../platform/amqp/broker-connection.js';
import { Secret } from '../../platform/settings/secret.js';
import { eventually } from '../integration/eventually.js';
import { startLegacyWorker } from '../stand-ins/legacy-worker.js';
import { startLocalBridge } from './local-bridge.js';
import { randomFrom } from './random-from.js';
import { publishAll, setStage } from './stage.js';

/*
 * Takes the share back at random moments under load: how long until the last of two bridges obeys, by their own polls
 * (nobody tells them), and whether the books balance each time.
 *
 *   npm run test:router-aborts -- --seed 7
 */

const { values } = parseArgs({ options: { seed: { type: 'string', default: '1' } } });
const random = randomFrom(Number(values.seed));
const aborts = 20;
const perSecond = 60;
/** A busy host answers late: what must be answered is asked for again. */
const timeoutMs = 120_000;
const stage = await setStage('aborts');
const setting = { mode: 'router', share: 5_000, salt: 'aborts' } as const;
const bridges = await Promise.all([startLocalBridge(stage, setting), startLocalBridge(stage, setting)]);
const legacy = startLegacyWorker({
  amqpUrl: stage.services.amqpUrl,
  queue: `${stage.queue}.legacy`,
  gradeMs: 0,
  onGraded: () => undefined,
});
const ids = Array.from({ length: 100_000 }, (_, index) => stage.firstId + index);
const load = new AbortController();
const publishing = (async () => {
  for (let at = 0; at < ids.length && !load.signal.aborted; at += 100) {
    await publishAll(stage.services.amqpUrl, stage.queue, ids.slice(at, at + 100), perSecond);
  }
})();
const connection = await connectBroker(new Secret(stage.services.amqpUrl), 'aborts');
const readAll = async () => {
  const { reports } = await collectBridgeReports(connection, stage.queue, {
    timeoutMs: 1_000,
    enough: (answers) => answers.reports.length === bridges.length,
  });
  if (reports.length < bridges.length) throw new Error('not every bridge has reported');
  return reports;
};
const times: number[] = [];
let unbalanced = 0;
for (let round = 0; round < aborts; round += 1) {
  await eventually(() => stage.control.set({ ...setting, by: 'test', why: 'go' }), { timeoutMs });
  await sleep(500 + random() * 1_500);
  const orderedAt = performance.now();
  const abort = () => stage.control.set({ ...setting, share: 0, by: 'test', why: 'abort' });
  const { version } = await eventually(abort, { timeoutMs });
  while (!bridges.every((bridge) => bridge.health().control.version >= version)) await sleep(5);
  const elapsedMs = Math.round(performance.now() - orderedAt);
  times.push(elapsedMs);
  process.stdout.write(`abort ${round + 1}: ${elapsedMs} ms\n`);
  const started = bridges.map((bridge) => bridge.health().started + bridge.health().inFlight);
  const reports = await eventually(readAll, { timeoutMs });
  const isGrown = bridges.some((bridge, index) => bridge.health().started > (started[index] ?? 0));
  if (!ledgerOf(reports).isBalanced || isGrown) unbalanced += 1;
}
load.abort();
await publishing;
times.sort((a, b) => a - b);
const ledger = ledgerOf(bridges.map((bridge) => bridge.health()));
process.stdout.write(
  `${JSON.stringify({ seed: Number(values.seed), aborts, medianMs: times[aborts / 2], maxMs: times.at(-1), unbalanced, ledger })}\n`,
);
await Promise.all(bridges.map((bridge) => bridge.close()));
await legacy.close();
await connection.close();
await stage.close();
if ((times.at(-1) ?? 0) >= 1_000) {
  process.stdout.write(
    'An abort took a second or more. On a busy host that says nothing: repeat it on a quiet one.\n',
  );
  process.exitCode = 1;
}
if (unbalanced > 0) {
  process.stdout.write(`After ${unbalanced} aborts the books did not balance.\n`);
  process.exitCode = 1;
}
