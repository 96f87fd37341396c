import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { installationRoot } from '../platform/process/installation-root.js';
import { buildPrograms } from './programs.js';
import { buildWorkflowBundles } from './workflow-bundles.js';

// Makes dist/ from the sources: one file for each program, and the workflows. `npm run check` looks at the types.
const dist = join(installationRoot, 'dist');
await mkdir(dist, { recursive: true });
const written = [...(await buildPrograms(dist)), ...(await buildWorkflowBundles(dist))];
// What an older build has left there is no part of a package.
for (const name of await readdir(dist)) {
  if (!written.includes(name)) await rm(join(dist, name), { recursive: true });
}
