import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

/** An exact piece of a package's code, and what stands for it in a bundle. */
interface Change {
  readonly file: RegExp;
  readonly from: string | RegExp;
  readonly to: string | ((piece: string) => string);
}

const changes: readonly Change[] = [
  {
    // Another of our programs, beside the worker.
    file: /@temporalio\/worker\/lib\/workflow\/threaded-vm\.js$/,
    from: "require.resolve('./workflow-worker-thread')",
    to: "require('node:path').join(__dirname, 'workflow-thread.js')",
  },
  {
    // Its library in machine code is the one thing that stays a package.
    file: /@temporalio\/core-bridge\/common\.js$/,
    from: 'path.resolve(__dirname,',
    to: "path.resolve(path.dirname(require.resolve('@temporalio/core-bridge/package.json')),",
  },
  {
    // Loaded when asked for; as a call of `require` it is bundled.
    file: /\/platform\/process\/logger\.ts$/,
    from: "createRequire(import.meta.url)('pino-pretty')",
    to: "require('pino-pretty')",
  },
  {
    // Sent to browsers as they are: their text is in the bundle.
    file: /\/console\/assets\.ts$/,
    from: "readFileSync(resolve('uplot/",
    to: "Buffer.from(require('uplot/",
  },
  {
    // A response is made to find out, and Node loads its HTTP client for that: a tenth of a start.
    file: /\/pg\/lib\/stream\.js$/,
    from: 'if (isCloudflareRuntime())',
    to: 'if (false)',
  },
  {
    // Only for BuildKit, which brings gRPC along and is never asked for here.
    file: /\/dockerode\/lib\/docker\.js$/,
    from: /require\('\.\/(session|buildkit)'\)/g,
    to: 'undefined',
  },
  {
    // DOCKER_HOST takes no ssh://.
    file: /\/docker-modem\/lib\/modem\.js$/,
    from: "require('./ssh')",
    to: 'undefined',
  },
  {
    // A program reads half a megabyte in half the time as JSON.
    file: /@temporalio\/proto\/protos\/json-module\.js$/,
    from: /(?<=\.addJSON\()\{.*\}(?=\))/gs,
    to: (json) => `JSON.parse(${JSON.stringify(JSON.stringify(JSON.parse(json)))})`,
  },
  {
    // Error messages in fifty languages.
    file: /\/zod\/v4\/locales\/index\.js$/,
    from: '',
    to: "export { default as en } from './en.js';",
  },
  {
    // Webpack, swc and more: workflows are bundled by the build.
    file: /@temporalio\/worker\/lib\/workflow\/bundler\.js$/,
    from: '',
    to: `exports.bundleWorkflowCode = async () => {
      throw new Error('The bundle of the workflows is missing beside the worker. Make it with: npm run build');
    };
    exports.WorkflowCodeBundler = class { createBundle = exports.bundleWorkflowCode; };
    exports.defaultWorkflowInterceptorModules = [];`,
  },
];

/** Packages look for files beside their own, which a bundle has elsewhere, or not at all. */
export const filesBesidePackages: Plugin = {
  name: 'files beside packages',
  setup(build) {
    build.onLoad({ filter: /\/uplot\/dist\// }, async ({ path }) => ({
      contents: await readFile(path),
      loader: 'text',
    }));
    for (const change of changes) {
      build.onLoad({ filter: change.file }, async ({ path }) => ({
        contents: apply(change, await readFile(path, 'utf8'), path),
        loader: path.endsWith('.ts') ? 'ts' : 'js',
      }));
    }
  },
};

/** An empty `from` is the whole file. */
function apply({ from, to }: Change, code: string, path: string): string {
  if (from === '') return stand(to, code);
  const changed = code.replaceAll(from, (piece) => stand(to, piece));
  // A newer version of a package does it in another way: better a build that fails than a program that does.
  if (changed === code)
    throw new Error(`${path} has no "${from}" any more: see build/files-beside-packages.ts`);
  return changed;
}

function stand(to: Change['to'], piece: string): string {
  return typeof to === 'string' ? to : to(piece);
}
