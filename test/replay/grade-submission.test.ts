import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { bundleWorkflowCode, DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { beforeAll, describe, expect, it } from 'vitest';
import { withEmptySourceMap } from '../../workers/build-workflow-bundle.js';
import { gradingScenarios } from '../grading-scenarios.js';
import { historyFromJson } from '../history-file.js';

const directory = fileURLToPath(new URL('../histories/', import.meta.url));
const names = readdirSync(directory).filter((name) => name.endsWith('.json'));

let workflowBundle: WorkflowBundleWithSourceMap;

beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const workflowsPath = fileURLToPath(new URL('../../workflows/index.ts', import.meta.url));
  const bundle = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('WARN') });
  // As it is in production.
  workflowBundle = { ...bundle, code: withEmptySourceMap(bundle.code) };
});

describe('recorded gradings', () => {
  it('cover the courses a grading can take', () => {
    const recorded = gradingScenarios().map(({ name }) => `${name}.json`);
    expect(names).toEqual(expect.arrayContaining(recorded));
  });

  it.each(names)('%s replays without a difference', async (name) => {
    await Worker.runReplayHistory({ workflowBundle }, readHistory(name), name);
  });

  it('would fail if a step were renamed', async () => {
    const renamed = {
      ...workflowBundle,
      code: workflowBundle.code.replaceAll('recordResult', 'recordTheResult'),
    };
    await expect(
      Worker.runReplayHistory({ workflowBundle: renamed }, readHistory('accepted-3-tests.json')),
    ).rejects.toThrow(/nondeterminis|determinism/i);
  });
});

function readHistory(name: string) {
  return historyFromJson(readFileSync(`${directory}${name}`, 'utf8'));
}
