import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { beforeAll, describe, expect, it } from 'vitest';
import { gradingScenarios } from '../grading-scenarios.js';
import { historyFromJson } from '../history-file.js';
import { testWorkflowCode } from '../workflow-bundle.js';

const directory = fileURLToPath(new URL('../histories/', import.meta.url));
const names = readdirSync(directory).filter((name) => name.endsWith('.json'));

let workflowBundle: { readonly code: string };
/** As a worker that makes traces runs them. */
let tracedBundle: { readonly code: string };

beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  workflowBundle = await testWorkflowCode();
  tracedBundle = await testWorkflowCode(true);
});

describe('recorded gradings', () => {
  it('cover the courses a grading can take', () => {
    const recorded = gradingScenarios().map(({ name }) => `${name}.json`);
    expect(names).toEqual(expect.arrayContaining(recorded));
  });

  it.each(names)('%s replays without a difference', async (name) => {
    await Worker.runReplayHistory({ workflowBundle }, readHistory(name), name);
  });

  it.each(names)('%s, made without traces, replays with them', async (name) => {
    await Worker.runReplayHistory({ workflowBundle: tracedBundle, sinks }, readHistory(name), name);
  });

  it('would fail if a step were renamed', async () => {
    const renamed = { code: workflowBundle.code.replaceAll('recordResult', 'recordTheResult') };
    await expect(
      Worker.runReplayHistory({ workflowBundle: renamed }, readHistory('accepted-3-tests.json')),
    ).rejects.toThrow(/nondeterminis|determinism/i);
  });
});

/** Called by no replay. */
const sinks = {
  exporter: {
    export: {
      fn() {
        throw new Error('a replay has sent a span');
      },
    },
  },
};

function readHistory(name: string) {
  return historyFromJson(readFileSync(`${directory}${name}`, 'utf8'));
}
