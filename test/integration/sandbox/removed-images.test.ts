import { randomBytes } from 'node:crypto';
import type Docker from 'dockerode';
import { afterEach, describe, expect, it } from 'vitest';
import { connectDocker } from '../../../sandbox/docker.js';
import { currentOwner, ownerLabels } from '../../../sandbox/owner.js';
import { reapContainers } from '../../../sandbox/reaper.js';
import { ensureWarmImage, warmImageRepository } from '../../../sandbox/warm-image.js';
import type { TestSandbox } from '../docker-fixture.js';
import { openTestSandbox, run, testDocker, testImage, withLease } from '../docker-fixture.js';

// What one worker removes, any other that starts meanwhile would remove, too.

const docker = connectDocker(testDocker);
const labels = ownerLabels(currentOwner('another-worker'));

const nothing = () => undefined;
const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/** An image as an earlier version has left it: our labels, another tag, another content. */
async function leaveImage(docker: Docker, from: string, repo: string, tag: string): Promise<string> {
  const container = await docker.createContainer({ Image: from, Env: [`VERSION=${tag}`], Labels: labels });
  await container.commit({ repo, tag, changes: `LABEL temporal-grading-engine.runner=${tag}` });
  await container.remove();
  return `${repo}:${tag}`;
}

it('a warm image gives its containers no owner, so that no reaper takes those that others start from it', async () => {
  const dead = { ...currentOwner('dead-worker'), pid: 4_194_305 };
  const image = await ensureWarmImage({
    docker,
    baseImage: testImage,
    cppFlagSets: [['-std=c++17', `-DRUN=${randomBytes(4).toString('hex')}`]],
    labels: ownerLabels(dead),
    log: silent,
  });
  const foreign = await docker.createContainer({ Image: image, Entrypoint: ['/bin/sleep', '60'] });
  try {
    await reapContainers(docker, currentOwner('another-worker'), () => true);
    await expect(foreign.inspect()).resolves.toMatchObject({ Id: foreign.id });
  } finally {
    await foreign.remove({ force: true });
    await docker.getImage(image).remove();
  }
});

it('the making of a warm image is not needed where the base image has lost its name, as after a prune, and its warm image is there', async () => {
  const baseImage = `base-of-${randomBytes(4).toString('hex')}`;
  const container = await docker.createContainer({ Image: testImage, Env: [`RUN=${baseImage}`] });
  await container.commit({ repo: baseImage, tag: 'latest' });
  await container.remove();
  const cppFlagSets: readonly (readonly string[])[] = [];
  const warned: string[] = [];
  const log = { ...silent, warn: (_: object, line: string) => void warned.push(line) };
  const make = (flags = cppFlagSets) =>
    ensureWarmImage({ docker, baseImage, cppFlagSets: flags, labels, log });
  const name = await make();
  await docker.getImage(baseImage).remove();
  expect(await make()).toBe(name);
  expect(warned).toEqual([
    expect.stringMatching(/the sandbox image is gone.*prune.*the warm image made of it is used/),
  ]);
  await expect(make([['-std=c++17', `-DRUN=${baseImage}`]])).rejects.toThrow(/does not exist/);
  await docker.getImage(name).remove();
});

describe('superseded warm images', () => {
  let test: TestSandbox | undefined;
  const cleanups: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    await test?.close();
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  it('are removed at start, but for those of a container and those of another name', async () => {
    const earlier = await openTestSandbox();
    const { docker } = earlier;
    const current = await withLease(earlier.sandbox, async (_container, _leaseId, containerId) => {
      return (await docker.getContainer(containerId).inspect()).Config.Image;
    });
    await earlier.close();
    const superseded = await leaveImage(docker, current, warmImageRepository, 'superseded');
    const inUse = await leaveImage(docker, current, warmImageRepository, 'in-use');
    const foreign = await leaveImage(docker, current, 'built-on-ours', 'latest');
    cleanups.push(
      () => docker.getImage(foreign).remove(),
      () => docker.getImage(inUse).remove(),
    );
    const user = await docker.createContainer({ Image: inUse, Labels: labels });
    cleanups.push(() => user.remove());

    const isThere = (name: string) =>
      docker
        .getImage(name)
        .inspect()
        .then(
          () => true,
          () => false,
        );
    const next = await openTestSandbox();
    await withLease(next.sandbox, async (container) => {
      expect(await run(container, ['true'])).toMatchObject({ exitCode: 0 });
    });
    await next.close();
    // Another worker may have made it just now.
    expect(await isThere(superseded)).toBe(true);

    test = await openTestSandbox({ newImagesKeptMs: 0 });
    await withLease(test.sandbox, async (container) => {
      expect(await run(container, ['true'])).toMatchObject({ exitCode: 0 });
    });
    await expect.poll(() => isThere(superseded)).toBe(false);
    expect(await isThere(inUse)).toBe(true);
    expect(await isThere(foreign)).toBe(true);
    expect(await isThere(current)).toBe(true);
    const told = test.logged.filter((line) => line.message === 'superseded warm images removed');
    expect(told).toHaveLength(1);
  });
});
