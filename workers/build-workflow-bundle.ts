import { writeFile } from 'node:fs/promises';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { isMain } from '../platform/process/is-main.js';
import { tracedBundlePath, tracingModules, workflowBundlePath, workflowsPath } from './workflow-source.js';

/** Bundles the compiled workflows once, at build time. @returns the size in bytes. */
export async function buildWorkflowBundle(
  path: string,
  workflowInterceptorModules: string[] = [],
): Promise<number> {
  const logger = new DefaultLogger('WARN');
  const { code } = await bundleWorkflowCode({ workflowsPath, workflowInterceptorModules, logger });
  const bundle = withEmptySourceMap(code);
  await writeFile(path, bundle);
  return Buffer.byteLength(bundle);
}

/** The worker insists on an inline source map, keeps it in memory, and ours would be two thirds of the bundle (20 MB resident). */
export function withEmptySourceMap(code: string): string {
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

if (isMain(import.meta.url)) {
  for (const [path, modules] of [
    [workflowBundlePath, []],
    [tracedBundlePath, tracingModules()],
  ] as const) {
    const bytes = await buildWorkflowBundle(path, [...modules]);
    process.stdout.write(`workflow bundle: ${Math.round(bytes / 1024)} KB in ${path}\n`);
  }
}
