import { copyFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import type { OutputFile } from 'esbuild';
import { build } from 'esbuild';
import { installationRoot } from '../platform/process/installation-root.js';
import { filesBesidePackages } from './files-beside-packages.js';
import { withoutPackages } from './source-map.js';
import { thirdPartyLicences } from './third-party-licences.js';

const { resolve } = createRequire(import.meta.url);

/** The programs, each as one file with all packages in it: to find and load a thousand files is half of a start. */
const programs = {
  bench: 'bench/main.ts',
  bridge: 'bridge/main.ts',
  cli: 'cli/main.ts',
  console: 'console/main.ts',
  devstack: 'devstack/main.ts',
  'reference-backend': 'reference-backend/main.ts',
  worker: 'workers/main.ts',
  // Where the SDK runs workflows: the worker starts it as a thread.
  'workflow-thread': resolve('@temporalio/worker/lib/workflow/workflow-worker-thread.js'),
};

/** Packages in CommonJS expect these. */
const banner = `import { createRequire as createRequireOf } from 'node:module';
import { fileURLToPath as pathOfUrl } from 'node:url';
const require = createRequireOf(import.meta.url);
const __filename = pathOfUrl(import.meta.url), __dirname = pathOfUrl(new URL('.', import.meta.url));`;

/** @returns the names of the files it has written. */
export async function buildPrograms(directory: string): Promise<readonly string[]> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: installationRoot,
    entryPoints: programs,
    outdir: directory,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    // Of a package with several builds, the one that Node would load.
    mainFields: ['main'],
    conditions: [],
    // Classes are told apart by their names, among others in logs.
    keepNames: true,
    // Every program keeps its own text in memory.
    minifySyntax: true,
    minifyWhitespace: true,
    banner: { js: banner },
    sourcemap: 'linked',
    sourcesContent: false,
    legalComments: 'none',
    metafile: true,
    write: false,
    logLevel: 'warning',
    // Optional libraries in machine code, which nobody installs: packages do without.
    external: ['cpu-features', 'pg-native', '*.node', '@temporalio/core-bridge/package.json'],
    plugins: [filesBesidePackages],
  });
  await Promise.all(outputFiles.map(write));
  // source-map reads it from its own directory.
  const wasm = 'mappings.wasm';
  await copyFile(join(resolve('source-map'), '../lib', wasm), join(directory, wasm));
  const licences = 'third-party-licences.txt';
  await writeFile(join(directory, licences), await thirdPartyLicences(Object.keys(metafile.inputs)));
  return [...outputFiles.map(({ path }) => basename(path)), wasm, licences];
}

async function write({ path, text, contents }: OutputFile): Promise<void> {
  await writeFile(path, path.endsWith('.map') ? withoutPackages(text) : contents);
}
