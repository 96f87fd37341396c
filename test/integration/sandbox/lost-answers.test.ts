import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Docker from 'dockerode';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createContainer, removeContainer, startContainer } from '../../../sandbox/container-calls.js';
import { connectDocker } from '../../../sandbox/docker.js';
import { LeaseLostError } from '../../../sandbox/index.js';
import { currentOwner, ownerLabels } from '../../../sandbox/owner.js';
import { ensureWarmImage } from '../../../sandbox/warm-image.js';
import { scaled } from '../../time-factor.js';
import { openTestSandbox, run, testDocker, testImage, withLease } from '../docker-fixture.js';
import type { DockerRelay } from '../docker-relay.js';
import { startDockerRelay } from '../docker-relay.js';

const askEveryMs = scaled(500);
let directory: string;
let relay: DockerRelay;
let docker: Docker;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'docker-relay-'));
  if (!('socketPath' in testDocker)) throw new Error('these tests need the socket of an engine');
  relay = await startDockerRelay(join(directory, 'docker.sock'), testDocker.socketPath);
  docker = connectDocker({ socketPath: relay.socketPath });
});
afterEach(() => relay.heal());
afterAll(async () => {
  await relay.close();
  await rm(directory, { recursive: true });
});

describe('calls of Docker whose answer is lost on a connection that stays open', () => {
  const options = () => ({
    name: `lost-answer-${randomBytes(4).toString('hex')}`,
    Image: testImage,
    Entrypoint: ['/bin/sleep', '60'],
    Labels: ownerLabels(currentOwner('lost-answers')),
  });

  it.each(['lost', 'answer-lost'] as const)(
    'are made again until the container is made, started and removed, once each: %s',
    async (fault) => {
      relay.spoil(/^POST \/containers\/create/, fault, 1);
      relay.spoil(/^POST .*\/start/, fault, 1);
      relay.spoil(/^DELETE/, fault, 1);
      const wanted = options();
      const container = await createContainer(docker, wanted, askEveryMs);
      const named = () => docker.listContainers({ all: true, filters: { name: [wanted.name] } });
      expect((await named()).map(({ Id }) => Id)).toEqual([container.id]);
      await startContainer(docker, container, askEveryMs);
      expect((await container.inspect()).State.Running).toBe(true);
      await removeContainer(docker, container, askEveryMs);
      expect(await named()).toEqual([]);
    },
  );

  it('are made again where only the beginning of the answer came', async () => {
    relay.spoil(/^POST \/containers\/create/, 'answer-cut', 1);
    const container = await createContainer(docker, options(), askEveryMs);
    await removeContainer(docker, container);
  });

  it('do not take the container of another worker for their own', async () => {
    const wanted = options();
    const others = { ...wanted, Labels: ownerLabels(currentOwner('another-worker')) };
    const container = await createContainer(docker, others);
    relay.spoil(/^POST \/containers\/create/, 'lost', 1);
    await expect(createContainer(docker, wanted, askEveryMs)).rejects.toMatchObject({ statusCode: 409 });
    await removeContainer(docker, container);
  });

  it('are told from the answers of something that is no Docker engine', async () => {
    relay.spoil(/^POST \/containers\/create/, 'no-json', 1);
    const wanted = options();
    await expect(createContainer(docker, wanted)).rejects.toThrow(/what answers is no Docker engine/);
    await docker.getContainer(wanted.name).remove();
  });

  it('say of no image that it does not exist because something else answered', async () => {
    relay.spoil(/^GET \/images/, 'no-json');
    const labels = ownerLabels(currentOwner('lost-answers'));
    const nothing = () => undefined;
    const log = { debug: nothing, info: nothing, warn: nothing, error: nothing };
    await expect(
      ensureWarmImage({ docker, baseImage: testImage, cppFlagSets: [], labels, log }),
    ).rejects.toThrow(/what answers is no Docker engine/);
  });
});

describe('the making of a warm image whose answers are lost', () => {
  it.each([/^DELETE/, /^POST .*\/wait/, /^POST \/commit/])(
    'goes on: %s',
    async (call) => {
      // With an image of its own, so that there is none of it yet.
      const engine = connectDocker(testDocker);
      const made = await engine.createContainer({ Image: testImage });
      const repo = `lost-answer-${randomBytes(4).toString('hex')}`;
      await made.commit({ repo });
      await made.remove();
      relay.spoil(call, 'answer-lost');
      const nothing = () => undefined;
      const image = await ensureWarmImage({
        docker,
        baseImage: repo,
        cppFlagSets: [],
        labels: ownerLabels(currentOwner('lost-answers')),
        log: { debug: nothing, info: nothing, warn: nothing, error: nothing },
      });
      relay.heal();
      await engine.getImage(image).remove();
      await engine.getImage(repo).remove();
    },
    120_000,
  );
});

describe('a sandbox behind a proxy for Docker', () => {
  it('keeps no submission waiting while Docker does not remove a container', async () => {
    const test = await openTestSandbox({ docker: { socketPath: relay.socketPath } });
    relay.spoil(/^DELETE/, 'lost');
    for (const taint of [1, 2, 3]) {
      const startedAt = performance.now();
      await withLease(test.sandbox, async (container, _leaseId, containerId) => {
        expect(await run(container, ['true'])).toMatchObject({ exitCode: 0 });
        await connectDocker(testDocker).getContainer(containerId).kill();
      });
      expect(performance.now() - startedAt, `container ${taint}`).toBeLessThan(scaled(15_000));
    }
    await expect.poll(() => test.sandbox.stats().idle, { timeout: scaled(30_000) }).toBe(1);
    // The requests that were lost are still waited for: at the end all is asked for once more.
    relay.heal();
    await test.close();
  });

  it('makes another container soon where the stream of one is lost while it starts', async () => {
    relay.spoil(/^POST .*\/attach/, 'mute', 1);
    const startedAt = performance.now();
    const test = await openTestSandbox({ docker: { socketPath: relay.socketPath } });
    await withLease(test.sandbox, async (container) => {
      expect(await run(container, ['true'])).toMatchObject({ exitCode: 0 });
    });
    // Without a look at the runner, 120 s.
    expect(performance.now() - startedAt).toBeLessThan(scaled(40_000));
    await test.close();
  });

  it('tells those who wait for a container in vain why there is none', async () => {
    const test = await openTestSandbox({ docker: { socketPath: relay.socketPath } });
    await withLease(test.sandbox, async (_container, _leaseId, containerId) => {
      relay.spoil(/^POST \/containers\/create/, { status: 500 });
      await connectDocker(testDocker).getContainer(containerId).kill();
    });
    await expect(
      test.sandbox.acquire({ submissionId: 2, signal: AbortSignal.timeout(scaled(2_000)) }),
    ).rejects.toThrow(/Failed to get container from pool: .*HTTP code 500.*spoiled/);
    relay.heal();
    await test.close();
  });

  it('takes no kill for one by memory because an earlier program of the same container had one', async () => {
    const test = await openTestSandbox({ docker: { socketPath: relay.socketPath } });
    // Docker still tells of the container then.
    relay.spoil(/^DELETE/, 'lost');
    await withLease(test.sandbox, async (container, _leaseId, containerId) => {
      const hog = ['python3', '-c', 'x = bytearray(1 << 29)'];
      expect(await run(container, hog, { limits: { memoryKb: 64 * 1024 } })).toMatchObject({
        end: 'memory-limit',
      });
      const sleeping = expect(run(container, ['sleep', '60'])).rejects.toBeInstanceOf(LeaseLostError);
      await connectDocker(testDocker).getContainer(containerId).kill();
      await sleeping;
    });
    relay.heal();
    await test.close();
  });

  it.each(['no-json', 'answer-cut', { status: 500 }] as const)(
    'judges a time limit once where what should be events is something else: %o',
    async (fault) => {
      const test = await openTestSandbox({ docker: { socketPath: relay.socketPath } });
      relay.spoil(/^GET \/events/, fault);
      await withLease(test.sandbox, async (container) => {
        expect(await run(container, ['sleep', '60'], { limits: { timeMs: 100 } })).toMatchObject({
          end: 'time-limit',
        });
      });
      expect(relay.calls.some((call) => call.startsWith('GET /events'))).toBe(true);
      relay.heal();
      await test.close();
    },
  );

  it('sends requests that a proxy takes, with nothing but the name in the address', async () => {
    const created = relay.calls.filter((call) => call.includes('/containers/create'));
    expect(created.length).toBeGreaterThan(0);
    for (const call of created) expect(call).toMatch(/^POST \/containers\/create\?name=[\w-]+$/);
  });
});
