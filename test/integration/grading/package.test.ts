import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import getPort from 'get-port';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { projectRoot } from '../../../devstack/project-root.js';
import type { ManagedProcess } from '../../../devstack/stack/managed-process.js';
import { startManagedProcess } from '../../../devstack/stack/managed-process.js';
import { createTestStack, sumProblem, sumSource, untilGraded } from './stack-fixture.js';

let directory: string;

/** A call that blocks has no other deadline: the test's own cannot end it. */
const endsWithinMs = 240_000;

/** What `npm pack` makes, unpacked as npm installs it, with the one package beside it that it does not contain. */
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'grader-package-'));
  const pack = ['pack', '--ignore-scripts', '--silent', '--pack-destination', directory];
  const file = execFileSync('npm', pack, { cwd: projectRoot, encoding: 'utf8' }).trim();
  execFileSync('tar', ['-xzf', join(directory, file), '-C', directory]);
  // What npm would install with it, of several packages the only one that is used.
  const library = 'node_modules/@temporalio/core-bridge';
  mkdirSync(join(directory, 'package/node_modules/@temporalio'), { recursive: true });
  symlinkSync(join(projectRoot, library), join(directory, 'package', library));
  symlinkSync(join(directory, 'package/grader'), join(directory, 'grader'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function grader(...words: readonly string[]) {
  return graderWith({}, ...words);
}

function graderWith(settings: Readonly<Record<string, string>>, ...words: readonly string[]) {
  const { PATH = '' } = process.env;
  const environment = {
    PATH,
    HOME: directory,
    TEMPORAL_ADDRESS: '127.0.0.1:1',
    AMQP_URL: 'amqp://127.0.0.1:1',
    ...settings,
  };
  return spawnSync(join(directory, 'grader'), words, {
    cwd: directory,
    env: environment,
    encoding: 'utf8',
    timeout: endsWithinMs,
  });
}

it('is the operators’ commands, without the development stack', () => {
  const { status, stdout } = grader('--help');
  expect(status).toBe(0);
  expect(stdout).toContain('cutover');
  expect(stdout).not.toContain('demo');
  expect(grader('--version').stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

it('reads what the services are set to, and starts them', () => {
  expect(grader('status').stderr).toMatch(/^environment: database localhost:5432\/code_grader, namespace /);
  expect(grader('help', 'worker').stdout).toContain('TEMPORAL_ADDRESS');
  // Each gets as far as its settings.
  for (const service of ['worker', 'bridge', 'console']) {
    const { status, stderr } = graderWith({ DATABASE_URL: 'nowhere' }, service);
    expect({ service, status, stderr }).toMatchObject({
      status: 78,
      stderr: expect.stringContaining('DATABASE_URL is "nowhere"'),
    });
  }
});

it('grades, and shows its console, with what is in it', async () => {
  const stack = await createTestStack();
  const started: ManagedProcess[] = [];
  try {
    await stack.start('backend');
    for (const [name, portOf, path] of [
      ['worker', 'WORKER_HEALTH_PORT', 'readyz'],
      ['bridge', 'BRIDGE_HEALTH_PORT', 'readyz'],
      ['console', 'CONSOLE_PORT', 'healthz'],
    ] as const) {
      const port = await getPort();
      started.push(
        startManagedProcess({
          name,
          script: join(directory, 'package/dist', `${name}.js`),
          workingDirectory: directory,
          environment: { ...stack.environment, [portOf]: String(port) },
          logFile: join(directory, `${name}.log`),
          readyUrl: `http://127.0.0.1:${port}/${path}`,
          readyTimeoutMs: endsWithinMs,
        }),
      );
    }
    await Promise.all(started.map((each) => each.ready()));
    const problem_id = await stack.backend.createProblem(sumProblem);
    const id = await stack.backend.submit({ problem_id, language: 'cpp', source_code: sumSource });
    expect((await untilGraded(stack, id)).status).toBe('Accepted');
    const shown = new URL(started.find(({ name }) => name === 'console')?.readyUrl ?? '');
    const page = await (await fetch(new URL('/criteria', shown))).text();
    const assets = [...page.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path = '']) => path);
    expect(assets).toContain('/assets/uPlot.js');
    for (const path of assets) {
      const { status, headers } = await fetch(new URL(path, shown));
      expect({ path, status, type: headers.get('content-type') }).toMatchObject({
        status: 200,
        type: expect.stringMatching(/css|javascript|svg/),
      });
    }
  } finally {
    await Promise.all(started.map((each) => each.stop()));
    await stack.stop();
  }
});

it('holds the sources of the runner, which every host compiles, and the workflows', () => {
  const files = execFileSync('find', ['package', '-type', 'f'], { cwd: directory, encoding: 'utf8' }).split(
    '\n',
  );
  for (const file of [
    'sandbox/runner/run.c',
    'console/assets/console.css',
    'dist/workflow-bundle.js',
    'dist/workflow-thread.js',
    'dist/third-party-licences.txt',
    'docs/cutover-plans/share-wise.yaml',
  ]) {
    expect(files).toContain(`package/${file}`);
  }
  expect(
    files.filter((file) => /devstack|\.test\.|dist\/bench|dist\/reference|\/\.local\//.test(file)),
  ).toEqual([]);
});
