import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import {
  tracedBundlePath,
  tracingModules,
  workflowBundlePath,
  workflowsPath,
} from '../workers/workflow-source.js';

/** Bundles the workflows once, at build time. @returns the names of the files it has written. */
export async function buildWorkflowBundles(directory: string): Promise<readonly string[]> {
  const bundles = [
    { name: basename(workflowBundlePath), modules: [] },
    { name: basename(tracedBundlePath), modules: tracingModules() },
  ];
  for (const { name, modules } of bundles) {
    await writeFile(join(directory, name), await workflowBundle(modules));
  }
  return bundles.map(({ name }) => name);
}

export async function workflowBundle(workflowInterceptorModules: string[] = []): Promise<string> {
  const logger = new DefaultLogger('WARN');
  const { code } = await bundleWorkflowCode({ workflowsPath, workflowInterceptorModules, logger });
  return withEmptySourceMap(code);
}

/** The worker insists on an inline source map, keeps it in memory, and ours would be two thirds of the bundle (20 MB resident). */
function withEmptySourceMap(code: string): string {
  const comment = '//# sourceMappingURL=data:';
  const start = code.lastIndexOf(comment);
  if (start < 0) return code;
  const map = JSON.stringify({
    version: 3,
    file: 'workflow-bundle.js',
    sources: [],
    names: [],
    mappings: '',
  });
  return `${code.slice(0, start)}${comment}application/json;base64,${Buffer.from(map).toString('base64')}\n`;
}
