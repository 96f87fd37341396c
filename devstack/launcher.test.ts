import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { projectRoot } from './project-root.js';

/** A compiler on a busy machine. */
const timeoutMs = 90_000;

let checkout: string;
beforeEach(() => {
  checkout = mkdtempSync(join(tmpdir(), 'grader-launcher-'));
  cpSync(join(projectRoot, 'grader'), join(checkout, 'grader'));
  mkdirSync(join(checkout, 'devstack'));
  write('tsconfig.json', {});
});
afterEach(() => {
  chmodSync(checkout, 0o755);
  rmSync(checkout, { recursive: true, force: true });
});

function write(file: string, content: object | string): void {
  writeFileSync(join(checkout, file), typeof content === 'string' ? content : JSON.stringify(content));
}

interface Launch {
  readonly words?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly program?: string;
  readonly cwd?: string;
  readonly uid?: number;
}

/** What `./grader status` prints, and its exit status. Help would neither install nor build. */
function launch({ words = ['status'], environment = {}, program, cwd, uid }: Launch = {}) {
  const { status, stdout, stderr } = spawnSync(program ?? join(checkout, 'grader'), words, {
    cwd: cwd ?? checkout,
    env: {
      ...process.env,
      npm_config_fetch_retries: '0',
      npm_config_update_notifier: 'false',
      ...environment,
    },
    ...(uid === undefined ? {} : { uid, gid: uid }),
    encoding: 'utf8',
    timeout: timeoutMs,
  });
  return { status, printed: stdout, said: stderr };
}

/** A program that tells where it runs and with which words, as if it had been built. */
function fakeBuild(): void {
  write('package.json', '{\n  "version": "1.2.3",\n  "type": "module"\n}\n');
  write('package-lock.json', {});
  mkdirSync(join(checkout, 'dist'), { recursive: true });
  mkdirSync(join(checkout, 'node_modules/commander'), { recursive: true });
  write('dist/devstack.js', 'console.log(process.cwd(), ...process.argv.slice(2));\n');
}

/** Makes the checkout one that `reader` may only read. */
function readOnly(): { uid?: number } {
  chmodSync(checkout, 0o555);
  return process.getuid?.() === 0 ? { uid: 65_534 } : {};
}

/** One package that npm must fetch from a registry. */
function wantsPackage(): void {
  const root = { name: 'checkout', version: '1.0.0', dependencies: { 'left-pad': '1.3.0' } };
  const resolved = 'http://127.0.0.1:1/left-pad-1.3.0.tgz';
  write('package.json', root);
  write('package-lock.json', {
    ...root,
    lockfileVersion: 3,
    requires: true,
    packages: { '': root, 'node_modules/left-pad': { version: '1.3.0', resolved } },
  });
}

it(
  'tells an install that fails, since the registry cannot be reached, with the next command',
  () => {
    wantsPackage();
    const { status, said } = launch({
      environment: { npm_config_registry: 'http://127.0.0.1:1/', npm_config_cache: checkout },
    });
    expect(said).toMatch(
      /^Failed to install packages: 'npm ci .*its whole output is in \.local\/setup\/npm\.log\.$/m,
    );
    expect(said).toMatch(/^Next: npm ping; the package registry cannot be reached\./m);
    expect(status).toBe(1);
  },
  timeoutMs,
);

it(
  'tells an install that fails, since the lock file lacks a package, with the next command',
  () => {
    const root = { name: 'checkout', version: '1.0.0' };
    mkdirSync(join(checkout, 'part'));
    write('part/package.json', { name: 'part', version: '1.0.0' });
    write('package.json', { ...root, dependencies: { part: 'file:./part' } });
    write('package-lock.json', { ...root, lockfileVersion: 3, requires: true, packages: { '': root } });
    const { status, said } = launch({
      environment: { npm_config_registry: 'http://127.0.0.1:1/', npm_config_cache: checkout },
    });
    expect(said).toMatch(/^Failed to install packages: 'npm ci /m);
    expect(said).toMatch(/^Next: git checkout package\.json package-lock\.json/m);
    expect(status).toBe(1);
  },
  timeoutMs,
);

it(
  'tells a build that fails, with the error of the compiler and the next command',
  () => {
    // A linked node_modules belongs to another checkout: nothing is installed.
    symlinkSync(join(projectRoot, 'node_modules'), join(checkout, 'node_modules'));
    write('package.json', {
      scripts: { build: 'esbuild --color=false devstack/main.ts --outfile=dist/devstack.js' },
    });
    write('package-lock.json', {});
    write('devstack/main.ts', 'export const port = ;\n');
    const { status, said } = launch();
    expect(said).toContain('[ERROR] Unexpected ";"');
    expect(said).toContain('devstack/main.ts:1:20:');
    expect(said).toMatch(/^Failed to build: 'npm run --silent build' ended with an error/m);
    expect(said).toMatch(/^Next: git status; the sources do not compile as they are\./m);
    expect(status).toBe(1);
  },
  timeoutMs,
);

it('runs where it was called, so that relative paths are those of the caller', () => {
  fakeBuild();
  const elsewhere = realpathSync(tmpdir());
  const { printed, status } = launch({
    ...readOnly(),
    words: ['parity', '--html', 'x.html'],
    cwd: elsewhere,
  });
  expect({ printed, status }).toEqual({ printed: `${elsewhere} parity --html x.html\n`, status: 0 });
});

it('is found through a link', () => {
  fakeBuild();
  const links = mkdtempSync(join(tmpdir(), 'grader-links-'));
  symlinkSync(join(checkout, 'grader'), join(links, 'first'));
  symlinkSync('first', join(links, 'grader'));
  const { printed } = launch({ words: ['help'], program: join(links, 'grader'), cwd: links });
  rmSync(links, { recursive: true });
  expect(printed).toBe(`${links} help\n`);
});

it('uses the build that is there for a user who may only read the checkout, and says that it may be old', () => {
  fakeBuild();
  const { printed, said, status } = launch(readOnly());
  expect(printed).toBe(`${checkout} status\n`);
  expect(said).toMatch(/^This build may be older than the sources in /);
  expect(status).toBe(0);
});

it('tells a user who may only read a checkout without a build whose turn it is', () => {
  write('package.json', {});
  write('package-lock.json', {});
  const { said, status } = launch(readOnly());
  expect(said).toMatch(
    /^The checkout .* is not built yet, and \S+ may not write there; it belongs to \S+\.$/m,
  );
  expect(said).toMatch(/^Next: sudo -u /m);
  expect(said).not.toContain('ermission denied');
  expect(status).toBe(1);
});

it.each([['--help'], ['help'], ['help', 'mode'], ['mode', '--help'], []])(
  'helps without packages and without a build: %j',
  (...words) => {
    write('package.json', {});
    mkdirSync(join(checkout, 'docs'));
    cpSync(join(projectRoot, 'docs/cli.md'), join(checkout, 'docs/cli.md'));
    const { printed, said, status } = launch({ words });
    expect(printed).toMatch(/^This checkout is not built yet: the first command, such as \.\/grader up, /);
    expect(printed).toMatch(/^ {2}grader status: queue, share/m);
    expect({ said, status }).toEqual({ said: '', status: 0 });
  },
);

it('prints its version without a build', () => {
  write('package.json', '{\n  "version": "1.2.3",\n  "type": "module"\n}\n');
  expect(launch({ words: ['--version'] })).toEqual({ printed: '1.2.3\n', said: '', status: 0 });
});

it('starts what is installed as a package, where there are no sources', () => {
  write('package.json', '{\n  "type": "module"\n}\n');
  rmSync(join(checkout, 'tsconfig.json'));
  mkdirSync(join(checkout, 'dist'), { recursive: true });
  write('dist/cli.js', 'console.log(process.cwd(), ...process.argv.slice(2));\n');
  const { printed, said, status } = launch({ words: ['status'], cwd: '/' });
  expect({ printed, said, status }).toEqual({ printed: '/ status\n', said: '', status: 0 });
});

it('starts a service in place of itself, and says what an image does not hold', () => {
  write('package.json', '{\n  "type": "module"\n}\n');
  rmSync(join(checkout, 'tsconfig.json'));
  mkdirSync(join(checkout, 'dist'), { recursive: true });
  write('dist/bridge.js', 'console.log(process.execArgv.join(" "), process.env.MALLOC_ARENA_MAX);\n');
  expect(launch({ words: ['bridge'] }).printed).toBe(
    '--enable-source-maps --max-semi-space-size=1 --optimize-for-size 2\n',
  );
  const { said, status } = launch({ words: ['worker'] });
  expect(said).toContain('has no worker: dist/worker.js is missing there.\nNext: docker compose up -d ');
  expect(status).toBe(1);
});
