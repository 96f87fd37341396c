import { writeFile } from 'node:fs/promises';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { isMain } from './is-main.js';
import { workflowBundlePath, workflowsPath } from './workflow-source.js';

/** Bundles the compiled workflows once, at build time. The inline source map is most of it, and is left out. */
export async function buildWorkflowBundle(path: string): Promise<number> {
  const { code } = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('WARN') });
  const bundle = code.replace(/\n\/\/# sourceMappingURL=data:[^\n]*\s*$/, '\n');
  await writeFile(path, bundle);
  return Buffer.byteLength(bundle);
}

if (isMain(import.meta.url)) {
  const bytes = await buildWorkflowBundle(workflowBundlePath);
  process.stdout.write(`workflow bundle: ${Math.round(bytes / 1024)} KB in ${workflowBundlePath}\n`);
}
