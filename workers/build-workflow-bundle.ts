import { writeFile } from 'node:fs/promises';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { isMain } from './is-main.js';
import { workflowBundlePath, workflowsPath } from './workflow-source.js';

/** Bundles the compiled workflows once, at build time; the worker insists on the inline source map. */
export async function buildWorkflowBundle(path: string): Promise<number> {
  const { code } = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('WARN') });
  await writeFile(path, code);
  return Buffer.byteLength(code);
}

if (isMain(import.meta.url)) {
  const bytes = await buildWorkflowBundle(workflowBundlePath);
  process.stdout.write(`workflow bundle: ${Math.round(bytes / 1024)} KB in ${workflowBundlePath}\n`);
}
