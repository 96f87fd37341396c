import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { workflowBundle } from '../build/workflow-bundles.js';
import type { WorkflowSource } from '../workers/workflow-source.js';
import {
  tracedBundlePath,
  tracingModules,
  workflowBundlePath,
  workflowSource,
} from '../workers/workflow-source.js';

/** The bundle that `./grader test` has just built, for all files of tests; vitest by itself has them bundle the sources. */
export function testWorkflows(isTraced = false): WorkflowSource {
  const build = process.env.GRADER_TEST_BUILD;
  if (!build) return workflowSource(isTraced);
  return {
    workflowBundle: { codePath: join(build, basename(isTraced ? tracedBundlePath : workflowBundlePath)) },
  };
}

/** The same as code: bundled once however many workers and replays a file has, and a test can change it. */
export async function testWorkflowCode(isTraced = false): Promise<{ readonly code: string }> {
  const source = testWorkflows(isTraced);
  if ('workflowBundle' in source) return { code: await readFile(source.workflowBundle.codePath, 'utf8') };
  return { code: await workflowBundle(isTraced ? tracingModules() : []) };
}
