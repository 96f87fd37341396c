import { execFileSync, spawnSync } from 'node:child_process';
import { lstatSync, mkdtempSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { projectRoot } from '../../../devstack/project-root.js';

let directory: string;
let file: string;

/** Built, and unpacked as dpkg would: to a root of its own. */
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'grader-deb-'));
  file = execFileSync(join(projectRoot, 'deploy/debian/build-package.sh'), [directory], {
    env: { ...process.env, COMPRESSION: '1' },
    encoding: 'utf8',
  }).trim();
  execFileSync('dpkg-deb', ['--extract', file, join(directory, 'root')]);
}, 600_000);
afterAll(() => rmSync(directory, { recursive: true, force: true }));

it('holds the program, its packages of production, the units, and nothing that only a checkout has', () => {
  const files = execFileSync('find', ['.', '-not', '-type', 'd'], {
    cwd: join(directory, 'root'),
    encoding: 'utf8',
    maxBuffer: 64 * 2 ** 20,
  }).split('\n');
  for (const path of [
    'usr/bin/grader',
    'usr/lib/systemd/system/grading-worker.service',
    'usr/lib/systemd/system/grading-bridge.service',
    'usr/lib/systemd/system/grading-console.service',
    'opt/grading-engine/dist/worker.js',
    'opt/grading-engine/dist/bridge.js',
    'opt/grading-engine/dist/console.js',
    'opt/grading-engine/console/assets/console.css',
    'opt/grading-engine/dist/workflow-bundle.js',
    'opt/grading-engine/sandbox/runner/run.c',
    'opt/grading-engine/dist/third-party-licences.txt',
    'opt/grading-engine/node_modules/@temporalio/core-bridge/package.json',
  ]) {
    expect(files).toContain(`./${path}`);
  }
  const development = /dist\/(devstack|bench)\.js|\.test\.|node_modules\/(vitest|typescript|knip)\//;
  expect(
    files.filter(
      (path) =>
        development.test(path.replace(/node_modules\/.*\/node_modules/, '')) &&
        !/node_modules\/.*\.test\./.test(path),
    ),
  ).toEqual([]);
  expect(readlinkSync(join(directory, 'root/opt/grading-engine/.env'))).toBe(
    '/etc/grading-engine/grading.env',
  );
});

it('names what it needs, and belongs to root', () => {
  const fields = execFileSync('dpkg-deb', ['--field', file], { encoding: 'utf8' });
  expect(fields).toMatch(/^Package: grading-engine$/m);
  expect(fields).toMatch(/^Depends: nodejs \(>= 20\.19\), bash$/m);
  const contents = execFileSync('dpkg-deb', ['--contents', file], {
    encoding: 'utf8',
    maxBuffer: 64 * 2 ** 20,
  });
  const foreign = contents.split('\n').filter((line) => line !== '' && !line.includes(' root/root '));
  expect(foreign).toEqual([]);
  const unit = readFileSync(join(directory, 'root/usr/lib/systemd/system/grading-worker.service'), 'utf8');
  expect(unit).toContain('WorkingDirectory=/opt/grading-engine\n');
});

it('runs without npm: version, help, and a command that says which platform it speaks of', () => {
  const command = join(directory, 'root/usr/bin/grader');
  expect(lstatSync(command).isSymbolicLink()).toBe(true);
  const bare = { PATH: '/usr/bin:/bin', HOME: directory, NODE: process.execPath };
  const run = (...words: string[]) =>
    spawnSync(command, words, {
      cwd: directory,
      env: { ...bare, PATH: `${join(process.execPath, '..')}:${bare.PATH}`, TEMPORAL_ADDRESS: '127.0.0.1:1' },
      encoding: 'utf8',
      timeout: 240_000,
    });
  expect(run('--version').stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect(run('--help').stdout).toContain('cutover');
  expect(run('views', '--script').stdout).toContain('saved-workflow-queries');
});
