import { setTimeout as sleep } from 'node:timers/promises';
import type { BridgeSetting } from '../../domain/cutover/bridge-control.js';
import { describeSetting } from '../../domain/cutover/bridge-control.js';
import { isInShare } from '../../domain/grading/share-hash.js';
import { renderTable } from '../../platform/terminal/table.js';
import { startLegacyWorker } from '../stand-ins/legacy-worker.js';
import { startLocalBridge } from './local-bridge.js';
import { publishAll, setStage, startedIds } from './stage.js';

/*
 * Each mode beside stand-ins of the legacy worker, at a load that these could just carry alone: which part our bridge
 * took, and whether a message was lost or graded twice.
 *
 *   npm run test:router-modes
 */

const messages = 2_000;
const legacyWorkers = 24;
const perSecond = 100;
const salt = 'modes';

const settings: readonly BridgeSetting[] = [
  { mode: 'off', share: 0, salt },
  { mode: 'standby', share: 0, salt },
  { mode: 'equal', share: 0, salt },
  { mode: 'primary', share: 0, salt },
  { mode: 'paced', share: 2_500, salt },
  { mode: 'router', share: 0, salt },
  { mode: 'router', share: 2_500, salt },
  { mode: 'router', share: 10_000, salt },
];

const rows: (string | number)[][] = [];
let isLost = false;
for (const setting of settings) {
  const stage = await setStage('modes');
  const graded = new Map<number, number>();
  const workers = Array.from({ length: legacyWorkers }, () =>
    startLegacyWorker({
      amqpUrl: stage.services.amqpUrl,
      queue: setting.mode === 'router' ? `${stage.queue}.legacy` : stage.queue,
      onGraded: (id) => graded.set(id, (graded.get(id) ?? 0) + 1),
    }),
  );
  await sleep(1_000);
  const bridge = await startLocalBridge(stage, setting);
  const ids = Array.from({ length: messages }, (_, index) => stage.firstId + index);
  await publishAll(stage.services.amqpUrl, stage.queue, ids, perSecond);
  let started = await startedIds(stage.temporal);
  for (let round = 0; round < 60 && ids.some((id) => !started.has(id) && !graded.has(id)); round += 1) {
    await sleep(500);
    started = await startedIds(stage.temporal);
  }
  const lost = ids.filter((id) => !started.has(id) && !graded.has(id)).length;
  isLost ||= lost > 0;
  const both = ids.filter((id) => started.has(id) && graded.has(id)).length;
  const twice = [...graded.values()].filter((times) => times > 1).length;
  const computed = ids.filter((id) => isInShare(id, setting.share, salt, 'route'));
  const isSameSet = computed.length === started.size && computed.every((id) => started.has(id));
  rows.push([
    describeSetting(setting),
    `${((started.size / messages) * 100).toFixed(2)} %`,
    setting.mode === 'router' ? (isSameSet ? 'equal' : 'DIFFERS') : '–',
    lost,
    both + twice,
  ]);
  process.stdout.write(`${String(rows.at(-1))}\n`);
  if (setting.mode === 'router' && !isSameSet) process.exitCode = 1;
  await bridge.close();
  await Promise.all(workers.map((worker) => worker.close()));
  await stage.close();
}
process.stdout.write(
  `${messages} messages at ${perSecond}/s, ${legacyWorkers} stand-ins of 200 ms\n` +
    `${renderTable(['mode set', 'observed share', 'set = computed', 'lost', 'twice'], rows)}\n`,
);
if (isLost) process.exitCode = 1;
