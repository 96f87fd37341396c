import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export type WorkflowSource =
  | { readonly workflowBundle: { readonly codePath: string } }
  | { readonly workflowsPath: string };

/** Where the build puts the bundle: beside the compiled zones, so that sources never run a stale one. */
export const workflowBundlePath = fileURLToPath(new URL('../workflow-bundle.js', import.meta.url));

export const workflowsPath = fileURLToPath(new URL('../workflows/index.js', import.meta.url));

/** The prebuilt bundle where there is one; otherwise Temporal bundles the sources at start (about 1 s). */
export function workflowSource(): WorkflowSource {
  if (existsSync(workflowBundlePath)) return { workflowBundle: { codePath: workflowBundlePath } };
  return { workflowsPath: existsSync(workflowsPath) ? workflowsPath : workflowsPath.replace(/\.js$/, '.ts') };
}
