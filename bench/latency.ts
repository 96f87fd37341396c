import { setTimeout as sleep } from 'node:timers/promises';
import { createBackendApi, isUngraded } from '../devstack/stack/backend-api.js';
import { additionTests, sumSource } from './additions.js';

const lookEveryMs = 5;
const patienceMs = 600_000;

/**
 * From handing in to the verdict at the backend, one submission at a time on an idle engine.
 * @returns ms, one for each.
 */
export async function measureLatency(backendUrl: string, count: number, tests: number): Promise<number[]> {
  const backend = createBackendApi(backendUrl);
  const problem_id = await backend.createProblem({
    title: `A + B, ${tests} tests`,
    test_cases: additionTests(tests),
  });
  const samplesMs: number[] = [];
  // The first finds the problem's tests in nobody's cache.
  for (let index = -1; index < count; index += 1) {
    const startedAt = performance.now();
    const id = await backend.submit({
      problem_id,
      language: 'cpp',
      source_code: sumSource(`latency ${tests} ${index}`, true),
    });
    while (isUngraded((await backend.read(id)).status)) {
      if (performance.now() - startedAt > patienceMs) throw new Error(`submission ${id} has no verdict`);
      await sleep(lookEveryMs);
    }
    if (index >= 0) samplesMs.push(performance.now() - startedAt);
  }
  return samplesMs;
}
