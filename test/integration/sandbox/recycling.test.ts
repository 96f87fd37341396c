import { afterEach, describe, expect, it } from 'vitest';
import { hasGrown, measureEndurance } from '../../../bench/endurance.js';
import { LeaseLostError } from '../../../sandbox/index.js';
import { scaled } from '../../time-factor.js';
import type { TestSandbox } from '../docker-fixture.js';
import { openTestSandbox, python, run, testImage, text, withLease } from '../docker-fixture.js';

describe('a container', () => {
  let test: TestSandbox | undefined;
  afterEach(() => test?.close());

  const containerOfNextLease = (opened: TestSandbox) =>
    withLease(opened.sandbox, async (container, _leaseId, containerId) => {
      expect(await run(container, ['true'])).toMatchObject({ end: 'exited', exitCode: 0 });
      return containerId;
    });

  /** By the engine: it may run on another machine. */
  const stopRunner = (opened: TestSandbox, containerId: string) =>
    opened.docker.getContainer(containerId).kill({ signal: 'SIGSTOP' });

  it('serves 200 submissions and no more', async () => {
    test = await openTestSandbox();
    const used = new Map<string, number>();
    for (let submission = 0; submission < 201; submission += 1) {
      const id = await withLease(test.sandbox, async (_container, _leaseId, containerId) => containerId);
      used.set(id, (used.get(id) ?? 0) + 1);
    }
    expect([...used.values()]).toEqual([200, 1]);
  });

  it('serves no other submission after a kill by memory', async () => {
    test = await openTestSandbox();
    const first = await withLease(test.sandbox, async (container, _leaseId, containerId) => {
      const ran = await python(container, 'x = bytearray(200 * 1024 * 1024)', {
        limits: { memoryKb: 64 * 1024 },
      });
      expect(ran.end).toBe('memory-limit');
      return containerId;
    });
    expect(await containerOfNextLease(test)).not.toBe(first);
  });

  it.each(['/tmp', '/dev/shm'])(
    'serves on after a test that made all folders it could in %s',
    async (place) => {
      test = await openTestSandbox();
      const litter = `import os
made = 0
try:
    while True: os.mkdir(f'${place}/{made}'); made += 1
except OSError: print(made)`;
      const first = await withLease(test.sandbox, async (container, _leaseId, containerId) => {
        const filled = await python(container, litter);
        expect(Number(text(filled.stdout))).toBeGreaterThan(100);
        const next = await python(container, `import os; print(os.listdir('${place}'))`, { freshTmp: true });
        expect(text(next.stdout)).toBe('[]\n');
        return containerId;
      });
      expect(await containerOfNextLease(test)).toBe(first);
    },
  );

  const bomb = 'import os, time\ntry:\n  while True:\n    if os.fork() == 0: time.sleep(600); os._exit(0)\n';
  it.each([
    ['that ends in time', `${bomb}except OSError: print('refused')`, { end: 'exited', exitCode: 0 }],
    ['that goes on until its time limit', `${bomb}except OSError: time.sleep(600)`, { end: 'time-limit' }],
  ])(
    'serves no other submission after a program %s has started all processes it may',
    async (_, code, end) => {
      test = await openTestSandbox();
      const first = await withLease(test.sandbox, async (container, _leaseId, containerId) => {
        const ran = await python(container, code, { limits: { processes: 40, timeMs: scaled(3000) } });
        expect(ran).toMatchObject(end);
        return containerId;
      });
      expect(await containerOfNextLease(test)).not.toBe(first);
    },
  );

  it('serves on after a program with some children', async () => {
    test = await openTestSandbox();
    const first = await withLease(test.sandbox, async (container, _leaseId, containerId) => {
      const children = 'for i in 1 2 3 4 5 6 7 8 9 10; do sleep 20 & done';
      expect(await run(container, ['sh', '-c', children], { limits: { processes: 40 } })).toMatchObject({
        exitCode: 0,
      });
      return containerId;
    });
    expect(await containerOfNextLease(test)).toBe(first);
  });

  it('serves no other submission when something is left that cannot be removed', async () => {
    test = await openTestSandbox();
    const { docker, sandbox, logged } = test;
    const first = await withLease(sandbox, async (_container, _leaseId, containerId) => {
      // Of root's, in the sticky /tmp: no program of the sandbox user can make it, nor its cleaner remove it.
      const exec = await docker
        .getContainer(containerId)
        .exec({ Cmd: ['touch', '/tmp/left'], User: '0', AttachStdout: true });
      const output = await exec.start({});
      output.resume();
      await expect.poll(async () => (await exec.inspect()).Running).toBe(false);
      expect(await exec.inspect()).toMatchObject({ ExitCode: 0 });
      return containerId;
    });
    expect(await containerOfNextLease(test)).not.toBe(first);
    const warning = logged.find((line) => line.message === 'container not reset, replaced');
    expect(warning?.fields).toMatchObject({
      containerId: first,
      err: { message: 'reset: /tmp is not empty' },
    });
  });

  it('is replaced when its runner hangs while nobody uses it', async () => {
    test = await openTestSandbox();
    const first = await containerOfNextLease(test);
    await stopRunner(test, first);
    expect(await containerOfNextLease(test)).not.toBe(first);
    expect((await test.containers()).map((container) => container.Id)).not.toContain(first);
  });

  it('is replaced when its runner hangs while a command runs, and the lease is lost', async () => {
    test = await openTestSandbox();
    const { sandbox } = test;
    const opened = test;
    const first = await withLease(sandbox, async (container, leaseId, containerId) => {
      const execution = run(container, ['sleep', '600'], {
        limits: { timeMs: scaled(300), wallMs: scaled(500) },
      });
      const lost = expect(execution).rejects.toBeInstanceOf(LeaseLostError);
      await stopRunner(opened, containerId);
      await lost;
      expect(() => sandbox.container(leaseId)).toThrow(LeaseLostError);
      return containerId;
    });
    expect(await containerOfNextLease(test)).not.toBe(first);
    await expect
      .poll(async () => (await opened.containers()).map((container) => container.Id))
      .not.toContain(first);
  });

  it('holds nothing more after 500 commands of every kind than after 200', {
    timeout: scaled(600_000),
  }, async () => {
    const dockerHost = process.env.DOCKER_HOST ?? 'unix:///var/run/docker.sock';
    const result = await measureEndurance({ dockerHost, image: testImage }, 500);
    expect(result.wrongEnds).toEqual([]);
    expect(hasGrown(result), JSON.stringify(result)).toBe(false);
  });
});
