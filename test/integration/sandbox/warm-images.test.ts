import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { connectDocker } from '../../../sandbox/docker.js';
import { currentOwner, ownerLabels } from '../../../sandbox/owner.js';
import { ensureWarmImage, warmImageRepository } from '../../../sandbox/warm-image.js';
import { scaled } from '../../time-factor.js';
import { openTestSandbox, testDocker, testImage, withLease } from '../docker-fixture.js';

const labels = ownerLabels(currentOwner('another-worker'));

const nothing = () => undefined;
const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/** Flags of this run alone, so that their image is not there yet. */
function newFlags(): readonly (readonly string[])[] {
  return [['-std=c++17', `-DRUN=${randomBytes(4).toString('hex')}`]];
}

// Compilers run in each, beside those of other files.
const patiently = { timeout: scaled(300_000) };

describe('a warm image that is not there', patiently, () => {
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

describe('the making of a warm image', patiently, () => {
  const docker = connectDocker(testDocker);
  /** One worker's, with what it logs and says of itself. */
  function worker() {
    const logged: string[] = [];
    const said: (string | undefined)[] = [];
    const log = { ...silent, info: (_: object, line: string) => void logged.push(line) };
    const options = {
      ...{ docker, baseImage: testImage, cppFlagSets: newFlags(), labels },
      log,
      onProgress: (what: string | undefined) => void said.push(what),
    };
    return { logged, said, make: () => ensureWarmImage(options) };
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
    await expect.poll(() => logged.join(), { timeout: scaled(200_000), interval: 10 }).toMatch(/step 3 of 4/);
    const ours = {
      name: [`${warmImageRepository}-build-`],
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

  it('keeps a worker from being ready, which says what it does meanwhile', async () => {
    const test = await openTestSandbox({ cppFlagSets: newFlags() });
    try {
      const stats = () => test.sandbox.stats();
      await expect
        .poll(() => stats().preparing, { timeout: scaled(200_000) })
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
