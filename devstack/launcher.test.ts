import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
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
  write('tsconfig.build.json', { compilerOptions: { noEmit: true, strict: true }, include: ['devstack'] });
});
afterEach(() => rmSync(checkout, { recursive: true, force: true }));

function write(file: string, content: object | string): void {
  writeFileSync(join(checkout, file), typeof content === 'string' ? content : JSON.stringify(content));
}

/** What `./grader help` says on standard error, and its exit status. */
function launch(environment: Readonly<Record<string, string>> = {}): { status: number | null; said: string } {
  const { status, stderr } = spawnSync(join(checkout, 'grader'), ['help'], {
    cwd: checkout,
    env: {
      ...process.env,
      npm_config_fetch_retries: '0',
      npm_config_update_notifier: 'false',
      ...environment,
    },
    encoding: 'utf8',
    timeout: timeoutMs,
  });
  return { status, said: stderr };
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
      npm_config_registry: 'http://127.0.0.1:1/',
      npm_config_cache: checkout,
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
      npm_config_registry: 'http://127.0.0.1:1/',
      npm_config_cache: checkout,
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
    write('package.json', { scripts: { build: 'tsc -p tsconfig.build.json' } });
    write('package-lock.json', {});
    write('devstack/main.ts', 'export const port: number = "not a number";\n');
    const { status, said } = launch();
    expect(said).toContain(
      "devstack/main.ts(1,14): error TS2322: Type 'string' is not assignable to type 'number'.",
    );
    expect(said).toMatch(/^Failed to build: 'npm run --silent build' ended with an error/m);
    expect(said).toMatch(/^Next: git status; the sources do not compile as they are\./m);
    expect(status).toBe(1);
  },
  timeoutMs,
);
