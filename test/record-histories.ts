import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { openGradingEnvironment } from './grading-environment.js';
import { gradingScenarios } from './grading-scenarios.js';
import { historyToJson } from './history-file.js';

// Records test/histories/*.json from real runs: GRADER_TEST_TEMPORAL_ADDRESS=host:port npx tsx test/record-histories.ts
// Record a release's histories once and keep them: old ones are what a change must still replay.
const directory = fileURLToPath(new URL('./histories/', import.meta.url));
await mkdir(directory, { recursive: true });
const environment = await openGradingEnvironment(process.env);
for (const { name, activities, input } of gradingScenarios()) {
  const history = await environment.withWorkers(activities, async () => {
    const handle = await environment.start(input);
    await handle.result().catch(() => undefined);
    return handle.fetchHistory();
  });
  await writeFile(`${directory}${name}.json`, historyToJson(history));
  process.stdout.write(`${name}: ${history.events?.length ?? 0} events\n`);
}
await environment.close();
