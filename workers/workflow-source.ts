import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

export type WorkflowSource =
  | { readonly workflowBundle: { readonly codePath: string } }
  | { readonly workflowsPath: string };

/** Where the build puts the bundles: beside the worker's program, so that sources never run a stale one. */
export const workflowBundlePath = fileURLToPath(new URL('./workflow-bundle.js', import.meta.url));
/** The same with the interceptors that make spans: they would cost every worker memory. */
export const tracedBundlePath = fileURLToPath(new URL('./workflow-bundle-traced.js', import.meta.url));

export const workflowsPath = fileURLToPath(new URL('../workflows/index.ts', import.meta.url));

/** The prebuilt bundle where there is one; otherwise Temporal bundles the sources at start (about 1 s). */
export function workflowSource(isTraced = false): WorkflowSource {
  const codePath = isTraced ? tracedBundlePath : workflowBundlePath;
  return existsSync(codePath) ? { workflowBundle: { codePath } } : { workflowsPath };
}

/** What makes spans inside of workflows: bundled with sources, and in the traced bundle already. */
export function tracingModules(): string[] {
  const { resolve } = createRequire(import.meta.url);
  return [resolve('@temporalio/interceptors-opentelemetry/lib/workflow-interceptors.js')];
}
