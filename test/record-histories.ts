import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { progressQuery } from '../workflows/progress.js';
import { cutoverHistories, recordCutoverHistory } from './cutover-scenarios.js';
import { openGradingEnvironment } from './grading-environment.js';
import { gradingScenarios } from './grading-scenarios.js';
import { historyToJson } from './history-file.js';
import { recordRejudgeHistories } from './rejudge-scenarios.js';
import { recordShadowHistories } from './shadow-environment.js';

// Records test/histories/*.json from real runs: GRADER_TEST_TEMPORAL_ADDRESS=host:port npx tsx test/record-histories.ts
// Record a release's histories once and keep them: old ones are what a change must still replay. So only those that
// have no file yet are recorded; to record one again, delete its file.
const directory = fileURLToPath(new URL('./histories/', import.meta.url));
await mkdir(directory, { recursive: true });
const environment = await openGradingEnvironment(process.env, process.env.GRADER_TEST_NAMESPACE ?? 'default');
for (const { name, activities, input, isCancelled } of gradingScenarios()) {
  if (isRecorded(name)) continue;
  const history = await environment.withWorkers(activities, async () => {
    const handle = await environment.start(input);
    if (isCancelled === true) {
      while ((await handle.query(progressQuery)).step !== 'run') await sleep(100);
      await sleep(1000);
      await handle.cancel();
    }
    await handle.result().catch(() => undefined);
    return handle.fetchHistory();
  });
  await save(name, history);
}
if (!isRecorded('rejudge-applied')) {
  const histories = await recordRejudgeHistories(environment);
  for (const [name, history] of Object.entries(histories)) await save(name, history);
}
if (!isRecorded('shadow-set')) {
  const histories = await recordShadowHistories(environment);
  for (const [name, history] of Object.entries(histories)) await save(name, history);
}
for (const name of cutoverHistories) {
  if (!isRecorded(name)) await save(name, await recordCutoverHistory(environment, name));
}
await environment.close();

function isRecorded(name: string): boolean {
  return existsSync(`${directory}${name}.json`);
}

async function save(name: string, history: Parameters<typeof historyToJson>[0]): Promise<void> {
  await writeFile(`${directory}${name}.json`, historyToJson(history));
  process.stdout.write(`${name}: ${history.events?.length ?? 0} events\n`);
}
