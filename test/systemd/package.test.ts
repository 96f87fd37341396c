import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { projectRoot } from '../../devstack/project-root.js';
import { eventually } from '../integration/eventually.js';
import type { TestStack } from '../integration/grading/stack-fixture.js';
import { createTestStack, sumProblem, sumSource, untilGraded } from '../integration/grading/stack-fixture.js';
import type { SystemdHost } from './systemd-host.js';
import { createSystemdHost } from './systemd-host.js';

const units = ['grading-bridge', 'grading-worker', 'grading-console'] as const;
const socket = '/run/engine.sock';

let stack: TestStack;
let host: SystemdHost;

/** As the legacy worker's file may be written, whose lines are no lines of systemd's. */
function legacySettings({ environment }: TestStack): string {
  const { DATABASE_URL = '', ...others } = environment;
  const { password } = new URL(DATABASE_URL);
  return [
    '# The legacy worker’s',
    `PASSWORD='${password}'`,
    `DATABASE_URL=${DATABASE_URL.replace(`:${password}@`, `:$\{PASSWORD}@`)}   # theirs`,
    ...Object.entries(others).map(([name, value]) => `export ${name}="${value}" # as it was`),
    `DOCKER_HOST=unix://${socket}`,
    'TEMP_DIR=/tmp/grader',
    'CONSOLE_TOKEN=a-token-for-this-test-alone',
  ].join('\n');
}

beforeAll(async () => {
  stack = await createTestStack();
  await stack.start('backend');
  const engine = stack.places.dockerHost.replace('unix://', '');
  host = await createSystemdHost(['libstdc++6', 'bash'], { [engine]: socket });
  const packages = mkdtempSync(join(tmpdir(), 'grader-deb-'));
  try {
    const file = execFileSync(join(projectRoot, 'deploy/debian/build-package.sh'), [packages], {
      env: { ...process.env, COMPRESSION: '1' },
      encoding: 'utf8',
    }).trim();
    copyFileSync(file, join(host.root, 'root', basename(file)));
    // This machine's: a release may have an older one.
    copyFileSync(process.execPath, join(host.root, 'usr/bin/node'));
    host.change('dpkg', '--install', '--force-depends', `/root/${basename(file)}`);
  } finally {
    rmSync(packages, { recursive: true, force: true });
  }
  // As deploy/README.md has it.
  host.change('groupadd', '--non-unique', '--gid', String(statSync(engine).gid), 'docker');
  host.change('usermod', '--append', '--groups', 'docker', 'grading');
  writeFileSync(join(host.root, 'root/.env'), legacySettings(stack));
  host.change('install', '-m', '0640', '-g', 'grading', '/root/.env', '/etc/grading-engine/grading.env');
  await host.boot();
});
afterAll(async () => {
  await host?.remove();
  await stack?.stop();
});

const journal = (unit: string) => host.run('journalctl', '--no-pager', '--unit', unit);

test('bridge, worker and console start as the package has them, from the legacy worker’s settings, and grade', async () => {
  host.run('systemctl', 'start', ...units);
  const problem = await stack.backend.createProblem(sumProblem);
  const id = await stack.backend.submit({ problem_id: problem, language: 'cpp', source_code: sumSource });
  expect((await untilGraded(stack, id)).status, units.map(journal).join('\n')).toBe('Accepted');
  for (const unit of units) {
    const shown = host.run('systemctl', 'show', unit, '--property=ActiveState,NRestarts');
    expect(shown.trim().split('\n').sort(), journal(unit)).toEqual(['ActiveState=active', 'NRestarts=0']);
  }
  expect(host.run('grader', 'status')).toContain('.env: database ');
});

test('what a bridge obeyed last is kept where a restart finds it, whatever TEMP_DIR the settings name', async () => {
  host.run('grader', 'mode', 'set', 'off', '--why', 'test');
  await eventually(() =>
    expect(host.run('find', '/var/lib/grading-bridge/', '-name', '*.json')).not.toBe(''),
  );
  expect(host.run('ls', '/tmp/grader')).toContain('No such file');
});

test('without settings a unit stays down and says which file it misses', async () => {
  host.run('mv', '/etc/grading-engine/grading.env', '/root/away.env');
  host.run('systemctl', 'restart', 'grading-bridge');
  await eventually(() => {
    const shown = host.run('systemctl', 'status', 'grading-bridge');
    expect(shown).toContain('status=78/CONFIG');
    expect(shown).toContain('.env leads to /etc/grading-engine/grading.env, which is not there. Put');
  });
  expect(host.run('grader', '--version')).toMatch(/^\d+\.\d+\.\d+\n$/);
});
