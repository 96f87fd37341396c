import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { LeaseLostError } from '../../../sandbox/index.js';
import { scaled } from '../../time-factor.js';
import type { TestSandbox } from '../docker-fixture.js';
import { generousLimits, never, openTestSandbox, python, run, text, withLease } from '../docker-fixture.js';

describe('a container pool', () => {
  let test: TestSandbox | undefined;
  afterEach(() => test?.close());

  it('kills an aborted command within a second and goes on with the container', async () => {
    test = await openTestSandbox();
    await withLease(test.sandbox, async (container) => {
      const abort = new AbortController();
      const request = { argv: ['sleep', '600'], stdin: new Uint8Array(), limits: generousLimits };
      const execution = container.execute(request, abort.signal);
      setTimeout(() => abort.abort(new Error('no longer wanted')), 200);
      const startedAt = performance.now();
      await expect(execution).rejects.toThrow('no longer wanted');
      expect(performance.now() - startedAt).toBeLessThan(1200);
      const looked = await python(
        container,
        "import os; print([p for p in os.listdir('/proc') if p.isdigit()])",
      );
      expect(text(looked.stdout).match(/\d+/g)).toHaveLength(2);
    });
  });

  it('ends the lease of a container killed by hand, and replaces it', async () => {
    test = await openTestSandbox();
    const { sandbox, docker } = test;
    await withLease(sandbox, async (container, leaseId, containerId) => {
      const execution = run(container, ['sleep', '600']);
      const outcome = expect(execution).rejects.toBeInstanceOf(LeaseLostError);
      await delay(200);
      await docker.getContainer(containerId).kill();
      await outcome;
      expect(() => sandbox.container(leaseId)).toThrow(LeaseLostError);
    });
    await withLease(sandbox, async (container) => {
      expect(await run(container, ['true'])).toMatchObject({ exitCode: 0 });
    });
  });

  it('replaces an idle container killed by hand', async () => {
    test = await openTestSandbox();
    const first = await withLease(test.sandbox, async (_container, _leaseId, containerId) => containerId);
    await test.docker.getContainer(first).kill();
    await withLease(test.sandbox, async (container, _leaseId, containerId) => {
      expect(containerId).not.toBe(first);
      expect(await run(container, ['true'])).toMatchObject({ exitCode: 0 });
    });
  });

  it('takes a container back when nobody uses its lease, and never from one that is in use', async () => {
    test = await openTestSandbox({ leaseIdleMs: scaled(400) });
    const { sandbox } = test;
    const lease = await sandbox.acquire({ submissionId: 1, signal: never });
    expect(await run(sandbox.container(lease.leaseId), ['sleep', String(scaled(1000) / 1000)])).toMatchObject(
      { exitCode: 0 },
    );
    await expect.poll(() => sandbox.stats().leases).toBe(0);
    expect(() => sandbox.container(lease.leaseId)).toThrow(LeaseLostError);
    await withLease(sandbox, async (container) => {
      expect(await run(container, ['true'])).toMatchObject({ exitCode: 0 });
    });
  });

  it('ends a lease after its time to live', async () => {
    test = await openTestSandbox({ leaseTtlMs: scaled(300) });
    const { sandbox } = test;
    const lease = await sandbox.acquire({ submissionId: 1, signal: never });
    const execution = run(sandbox.container(lease.leaseId), ['sleep', '600']);
    await expect(execution).rejects.toBeInstanceOf(LeaseLostError);
    expect(() => sandbox.container(lease.leaseId)).toThrow(LeaseLostError);
    await sandbox.release(lease.leaseId);
    await withLease(sandbox, async (container) => {
      expect(await run(container, ['true'])).toMatchObject({ exitCode: 0 });
    });
  });

  it('gives a lease more time to live where its tests may take longer', async () => {
    test = await openTestSandbox({ leaseTtlMs: scaled(300) });
    const { sandbox } = test;
    const lease = await sandbox.acquire({ submissionId: 1, signal: never, extraMs: scaled(60_000) });
    const execution = run(sandbox.container(lease.leaseId), ['sleep', String(scaled(1000) / 1000)]);
    await expect(execution).resolves.toMatchObject({ exitCode: 0 });
    await sandbox.release(lease.leaseId);
  });

  it('makes those wait who find no container, until one is free or they are aborted', async () => {
    test = await openTestSandbox();
    const { sandbox } = test;
    const lease = await sandbox.acquire({ submissionId: 1, signal: never });
    expect(sandbox.stats()).toMatchObject({ leases: 1, free: 0 });
    expect(sandbox.tryReserve()).toBeUndefined();
    await expect(sandbox.acquire({ submissionId: 2, signal: AbortSignal.timeout(100) })).rejects.toThrow(
      'timeout',
    );
    const reserving = sandbox.reserve(never);
    await sandbox.release(lease.leaseId);
    const reservation = await reserving;
    expect(sandbox.stats()).toMatchObject({ leases: 0, reservations: 1, free: 0 });
    reservation.release();
    expect(sandbox.stats()).toMatchObject({ reservations: 0, free: 1 });
  });

  it('runs one command of a lease at a time, and no more than the cores of the host', async () => {
    test = await openTestSandbox({ poolSize: 2, cores: 1 });
    const { sandbox } = test;
    await withLease(sandbox, (one) =>
      withLease(sandbox, async (other) => {
        const runs = [one, one, other, other].map((container) => run(container, ['sleep', '0.1']));
        await delay(50);
        expect(sandbox.stats()).toMatchObject({ running: 1 });
        const outcomes = await Promise.all(runs);
        expect(outcomes.map((outcome) => outcome.exitCode)).toEqual([0, 0, 0, 0]);
      }),
    );
  });

  it('removes containers whose worker process is dead', async () => {
    test = await openTestSandbox();
    await withLease(test.sandbox, async () => {});
    const [own] = await test.containers();
    const labels = {
      ...own?.Labels,
      'temporal-grading-engine.pid': '1',
      'temporal-grading-engine.pool': 'gone',
    };
    const orphan = await test.docker.createContainer({ Image: own?.Image ?? '', Labels: labels });
    const second = await openTestSandbox();
    await expect
      .poll(() =>
        orphan.inspect().then(
          () => 'there',
          () => 'removed',
        ),
      )
      .toBe('removed');
    expect((await test.containers()).map((container) => container.Id)).toEqual([own?.Id]);
    await second.close();
  });

  it('leaves no container when closed at once, in the middle of its start', async () => {
    test = await openTestSandbox({ poolSize: 3 });
    await delay(150);
    const startedAt = performance.now();
    await test.close();
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  });

  it('ends what runs when closed', async () => {
    test = await openTestSandbox();
    const { sandbox } = test;
    const lease = await sandbox.acquire({ submissionId: 1, signal: never });
    const execution = expect(run(sandbox.container(lease.leaseId), ['sleep', '600'])).rejects.toBeInstanceOf(
      LeaseLostError,
    );
    await delay(100);
    await test.close();
    await execution;
  });

  it('tells once that Docker is down, names socket and command, and keeps waiting', async () => {
    test = await openTestSandbox({ docker: { socketPath: '/nonexistent/docker.sock' } });
    const { sandbox, logged } = test;
    await expect(sandbox.acquire({ submissionId: 1, signal: AbortSignal.timeout(1200) })).rejects.toThrow(
      'no Docker engine answers',
    );
    expect(sandbox.tryReserve()).toBeUndefined();
    const errors = logged.filter((line) => line.level === 'error');
    expect(errors).toHaveLength(1);
    expect(errors[0]?.message).toMatch(
      /^Failed to get container from pool: no Docker engine answers at \/nonexistent\/docker\.sock.*systemctl start docker/,
    );
    expect(sandbox.stats().unavailableReason).toBe(errors[0]?.message);
  });

  it('tells that the image is missing, and how to make it', async () => {
    test = await openTestSandbox({ image: 'no-such-image-of-ours' });
    const { sandbox } = test;
    await expect
      .poll(() => sandbox.stats().unavailableReason)
      .toMatch(
        /^Failed to get container from pool: the sandbox image "no-such-image-of-ours" does not exist\. "\.\/grader demo"/,
      );
  });
});
