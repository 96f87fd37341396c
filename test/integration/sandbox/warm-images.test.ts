import { randomBytes } from 'node:crypto';
import type Docker from 'dockerode';
import { afterEach, describe, expect, it } from 'vitest';
import { connectDocker } from '../../../sandbox/docker.js';
import { currentOwner, ownerLabels } from '../../../sandbox/owner.js';
import { reapContainers } from '../../../sandbox/reaper.js';
import { ensureWarmImage } from '../../../sandbox/warm-image.js';
import type { TestSandbox } from '../docker-fixture.js';
import { openTestSandbox, run, testDocker, testImage, withLease } from '../docker-fixture.js';

const repository = 'temporal-grading-engine-sandbox';
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

/** Flags of this run alone, so that their image is not there yet. */
function newFlags(): readonly (readonly string[])[] {
  return [['-std=c++17', `-DRUN=${randomBytes(4).toString('hex')}`]];
}

describe('a warm image that is not there', () => {
  it('is made by one of the workers that start at once, and used by all', async () => {
    const cppFlagSets = newFlags();
    const tests = await Promise.all([1, 2, 3].map(() => openTestSandbox({ cppFlagSets })));
    const [first] = tests;
    try {
      const images = await Promise.all(
        tests.map(({ sandbox, docker }) =>
          withLease(sandbox, async (_container, _leaseId, id) => {
            return (await docker.getContainer(id).inspect()).Image;
          }),
        ),
      );
      expect(new Set(images).size).toBe(1);
      const made = tests.flatMap(({ logged }) =>
        logged.filter(({ message }) => message === 'warm image made'),
      );
      expect(made).toHaveLength(1);
    } finally {
      const image = await first?.containers().then(([container]) => container?.Image);
      await Promise.all(tests.map((test) => test.close()));
      if (image !== undefined) await first?.docker.getImage(image).remove();
    }
  });

  it('gives its containers no owner, so that no reaper takes those that others start from it', async () => {
    const docker = connectDocker(testDocker);
    const dead = { ...currentOwner('dead-worker'), pid: 4_194_305 };
    const image = await ensureWarmImage({
      docker,
      baseImage: testImage,
      cppFlagSets: newFlags(),
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

  it('is made after a while where the worker that began it is gone', async () => {
    const docker = connectDocker(testDocker);
    const options = { docker, baseImage: testImage, cppFlagSets: newFlags(), labels, log: silent };
    const name = await ensureWarmImage(options);
    await docker.getImage(name).remove();
    // It never ran, so it never ends; its worker is none that anybody here can look up.
    const left = await docker.createContainer({
      name: name.replace(':', '-build-'),
      Image: testImage,
      Labels: ownerLabels(currentOwner('gone-worker')),
    });
    expect(await ensureWarmImage({ ...options, patienceMs: 1000 })).toBe(name);
    await expect(left.inspect()).rejects.toMatchObject({ statusCode: 404 });
    await docker.getImage(name).remove();
  });
});

describe('the making of a warm image', () => {
  const docker = connectDocker(testDocker);
  /** One worker's, with what it logs and says of itself. */
  function worker(change: { cppFlagSets?: readonly (readonly string[])[]; baseImage?: string } = {}) {
    const logged: string[] = [];
    const said: (string | undefined)[] = [];
    const log = { ...silent, info: (_: object, line: string) => void logged.push(line) };
    const warned: string[] = [];
    const options = {
      ...{ docker, baseImage: testImage, cppFlagSets: newFlags(), labels },
      ...{ log: { ...log, warn: (_: object, line: string) => void warned.push(line) } },
      onProgress: (what: string | undefined) => void said.push(what),
      ...change,
    };
    return { logged, said, warned, make: () => ensureWarmImage(options) };
  }

  it('tells each of its steps', async () => {
    const { logged, said, make } = worker();
    const name = await make();
    const steps = [
      'step 1 of 4, compiling the runner',
      'step 2 of 4, precompiling <iostream>',
      'step 3 of 4, precompiling <bits/stdc++.h>',
      'step 4 of 4, writing the image',
    ].map((step) => `making the warm image: ${step}`);
    expect(logged).toEqual([...steps, 'warm image made']);
    expect(said).toEqual([...steps, undefined]);
    await docker.getImage(name).remove();
  });

  it('is said to be killed where it was, and goes on with what is made', async () => {
    const { logged, make } = worker();
    const first = make();
    const failed = first.then(
      () => 'made',
      (error: unknown) => String(error),
    );
    await expect.poll(() => logged.join(), { timeout: 60_000, interval: 10 }).toMatch(/step 3 of 4/);
    const ours = {
      name: [`${repository}-build-`],
      label: Object.entries(labels).map((each) => each.join('=')),
    };
    const [left] = await docker.listContainers({ filters: ours });
    await docker.getContainer(left?.Id ?? '').kill();
    expect(await failed).toMatch(/was killed \(exit 137\): out of memory, or by somebody/);
    expect(await failed).not.toMatch(/needs gcc/);
    const name = await make();
    expect(logged.at(-1)).toBe('warm image made');
    // Made of the very container that was killed, with what it held.
    expect((await docker.getImage(name).inspect()).Container).toBe(left?.Id);
    await docker.getImage(name).remove();
  });

  it('is not needed where the base image has lost its name, as after a prune, and its warm image is there', async () => {
    const baseImage = `base-of-${randomBytes(4).toString('hex')}`;
    const container = await docker.createContainer({ Image: testImage, Env: [`RUN=${baseImage}`] });
    await container.commit({ repo: baseImage, tag: 'latest' });
    await container.remove();
    const cppFlagSets: readonly (readonly string[])[] = [];
    const { make, warned } = worker({ baseImage, cppFlagSets });
    const name = await make();
    await docker.getImage(baseImage).remove();
    expect(await make()).toBe(name);
    expect(warned).toEqual([
      expect.stringMatching(/the sandbox image is gone.*prune.*the warm image made of it is used/),
    ]);
    await expect(worker({ baseImage, cppFlagSets: newFlags() }).make()).rejects.toThrow(/does not exist/);
    await docker.getImage(name).remove();
  });

  it('keeps a worker from being ready, which says what it does meanwhile', async () => {
    const test = await openTestSandbox({ cppFlagSets: newFlags() });
    try {
      const stats = () => test.sandbox.stats();
      await expect
        .poll(() => stats().preparing, { timeout: 60_000 })
        .toMatch(/making the warm image: step \d of 4/);
      expect(stats().hasMadeContainer).toBe(false);
      await withLease(test.sandbox, () => Promise.resolve());
      expect(stats()).toMatchObject({
        hasMadeContainer: true,
        preparing: undefined,
        unavailableReason: undefined,
      });
    } finally {
      const image = (await test.containers())[0]?.Image;
      await test.close();
      if (image !== undefined) await docker.getImage(image).remove();
    }
  });
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
    const superseded = await leaveImage(docker, current, repository, 'superseded');
    const inUse = await leaveImage(docker, current, repository, 'in-use');
    const foreign = await leaveImage(docker, current, 'built-on-ours', 'latest');
    cleanups.push(
      () => docker.getImage(foreign).remove(),
      () => docker.getImage(inUse).remove(),
    );
    const user = await docker.createContainer({ Image: inUse, Labels: labels });
    cleanups.push(() => user.remove());

    test = await openTestSandbox();
    await withLease(test.sandbox, async (container) => {
      expect(await run(container, ['true'])).toMatchObject({ exitCode: 0 });
    });
    const isThere = (name: string) =>
      docker
        .getImage(name)
        .inspect()
        .then(
          () => true,
          () => false,
        );
    await expect.poll(() => isThere(superseded)).toBe(false);
    expect(await isThere(inUse)).toBe(true);
    expect(await isThere(foreign)).toBe(true);
    expect(await isThere(current)).toBe(true);
    const told = test.logged.filter((line) => line.message === 'superseded warm images removed');
    expect(told).toHaveLength(1);
  });
});
