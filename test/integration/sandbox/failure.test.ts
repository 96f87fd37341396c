import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { Server, Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { LeaseLostError } from '../../../sandbox/index.js';
import { scaled } from '../../time-factor.js';
import type { TestSandbox } from '../docker-fixture.js';
import { openTestSandbox, run, testDocker, withLease } from '../docker-fixture.js';

/** A socket in front of Docker's that can be taken away with all its connections, and put back. */
class DockerLink {
  readonly socketPath: string;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;

  constructor(socketPath: string) {
    this.socketPath = socketPath;
  }

  async up(): Promise<void> {
    this.#server = createServer((client) => {
      const engine = connect(
        'socketPath' in testDocker ? { path: testDocker.socketPath } : { ...testDocker },
      );
      for (const socket of [client, engine]) {
        this.#sockets.add(socket);
        socket.on('error', () => {});
        socket.on('close', () => {
          client.destroy();
          engine.destroy();
        });
      }
      client.pipe(engine).pipe(client);
    });
    this.#server.listen(this.socketPath);
    await once(this.#server, 'listening');
  }

  async down(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets.clear();
    if (server !== undefined) await new Promise((resolve) => server.close(resolve));
  }
}

describe('a sandbox in trouble', () => {
  let test: TestSandbox | undefined;
  afterEach(() => test?.close());

  it('loses its leases with Docker, waits, and goes on when Docker is back', async () => {
    const directory = await mkdtemp(path.join(tmpdir(), 'docker-link-'));
    const link = new DockerLink(path.join(directory, 'docker.sock'));
    await link.up();
    test = await openTestSandbox({ docker: { socketPath: link.socketPath } });
    const { sandbox, logged } = test;
    const lease = await sandbox.acquire({ submissionId: 1, signal: AbortSignal.timeout(scaled(10_000)) });
    const execution = expect(run(sandbox.container(lease.leaseId), ['sleep', '600'])).rejects.toBeInstanceOf(
      LeaseLostError,
    );
    await link.down();
    await execution;
    await sandbox.release(lease.leaseId);
    await expect.poll(() => sandbox.stats().unavailableReason).toContain('no Docker engine answers');
    expect(sandbox.tryReserve()).toBeUndefined();
    await link.up();
    await withLease(sandbox, async (container) => {
      expect(await run(container, ['true'])).toMatchObject({ exitCode: 0 });
    });
    expect(sandbox.stats()).toMatchObject({ unavailableReason: undefined, leases: 0 });
    expect(logged.filter((line) => line.level === 'error')).toHaveLength(1);
    await test.close();
    await link.down();
    await rm(directory, { recursive: true });
  });

  it('makes containers ever more slowly where each is lost before it serves, and says so', async () => {
    test = await openTestSandbox();
    const { sandbox, docker } = test;
    const current = test;
    const killed = new Set<string>();
    let isKilling = true;
    const killer = (async () => {
      while (isKilling) {
        for (const { Id } of await current.containers()) {
          killed.add(Id);
          await docker
            .getContainer(Id)
            .kill()
            .catch(() => undefined);
        }
        await sleep(20);
      }
    })();
    const watchedMs = scaled(10_000);
    await sleep(watchedMs);
    expect(sandbox.stats().unavailableReason).toContain('lost before it grades anything');
    isKilling = false;
    await killer;
    expect(killed.size).toBeGreaterThan(3);
    // Pauses grow to 15 s.
    expect(killed.size).toBeLessThan(14 + (watchedMs - 10_000) / 15_000);
    await withLease(sandbox, async (container) => {
      expect(await run(container, ['true'])).toMatchObject({ exitCode: 0 });
    });
    expect(sandbox.stats().unavailableReason).toBeUndefined();
  });

  it('stops with its worker process at once, and is removed by the next worker', async () => {
    test = await openTestSandbox();
    const hostId = `${test.hostId}-abandoned`;
    const worker = spawn(
      process.execPath,
      ['--import', 'tsx', fileURLToPath(new URL('abandoned-worker.ts', import.meta.url)), hostId],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    await once(worker.stdout, 'data');
    const { docker } = test;
    const left = () =>
      docker.listContainers({ all: true, filters: { label: [`temporal-grading-engine.owner=${hostId}`] } });
    expect((await left()).length).toBeGreaterThan(0);
    worker.kill('SIGKILL');
    await once(worker, 'exit');
    const running = async () => (await left()).filter((container) => container.State === 'running').length;
    await expect.poll(running).toBe(0);
    const next = await openTestSandbox();
    await expect.poll(async () => (await left()).length).toBe(0);
    await next.close();
  });
});
