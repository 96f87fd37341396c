import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { connectDocker } from '../../../sandbox/docker.js';
import { currentOwner, ownerLabels } from '../../../sandbox/owner.js';
import { ensureWarmImage, warmImageRepository } from '../../../sandbox/warm-image.js';
import { openTestSandbox, testDocker, testImage, withLease } from '../docker-fixture.js';
import { eventually } from '../eventually.js';

const labels = ownerLabels(currentOwner('another-worker'));

const nothing = () => undefined;
const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/** Flags of this run alone, so that their image is not there yet. */
function newFlags(): readonly (readonly string[])[] {
  return [['-std=c++17', `-DRUN=${randomBytes(4).toString('hex')}`]];
}

describe('a warm image that is not there', () => {
  it('is made by one of the workers that start at once, who say what they wait for, and used by all', async () => {
    const cppFlagSets = newFlags();
    const tests = await Promise.all([1, 2, 3].map(() => openTestSandbox({ cppFlagSets })));
    const [first] = tests;
    try {
      for (const { sandbox } of tests) {
        await expect
          .poll(() => sandbox.stats().preparing)
          .toMatch(/making the warm image: (step \d of 4|another worker makes it)/);
        expect(sandbox.stats().hasMadeContainer).toBe(false);
      }
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
      expect(first?.sandbox.stats()).toMatchObject({
        hasMadeContainer: true,
        preparing: undefined,
        unavailableReason: undefined,
      });
    } finally {
      const image = await first?.containers().then(([container]) => container?.Image);
      await Promise.all(tests.map((test) => test.close()));
      if (image !== undefined) await first?.docker.getImage(image).remove();
    }
  });
});

describe('the making of a warm image', () => {
  const docker = connectDocker(testDocker);
  /** One worker's, with what it logs and says of itself. */
  function worker() {
    const logged: string[] = [];
    const images = new Set<string>();
    const said: (string | undefined)[] = [];
    const info = ({ image }: { image?: string }, line: string) => {
      if (image !== undefined) images.add(image);
      logged.push(line);
    };
    const options = {
      ...{ docker, baseImage: testImage, cppFlagSets: newFlags(), labels },
      log: { ...silent, info },
      onProgress: (what: string | undefined) => void said.push(what),
    };
    return {
      logged,
      said,
      image: () => [...images].join(),
      make: (patience: { patienceMs?: number } = {}) => ensureWarmImage({ ...options, ...patience }),
      /** Kills the build once it has begun this step. @returns the id of its container, which is left. */
      killAt: async (step: string) => {
        await expect.poll(() => logged.join(), { timeout: 400_000, interval: 10 }).toContain(step);
        const ours = {
          name: [`${warmImageRepository}-build-`],
          label: Object.entries(labels).map((each) => each.join('=')),
        };
        // The engine lists a container a moment after its start.
        const left = await eventually(async () => {
          const [build] = await docker.listContainers({ filters: ours });
          if (build === undefined) throw new Error('no build runs');
          return build.Id;
        });
        await docker.getContainer(left).kill();
        return left;
      },
    };
  }
  const outcomeOf = (making: Promise<string>) =>
    making.then(
      () => 'made',
      (error: unknown) => String(error),
    );

  it('tells each of its steps, and begins after a while where the worker that began it is gone', async () => {
    const { logged, said, image, make, killAt } = worker();
    const begun = outcomeOf(make());
    const killed = await killAt('step 1 of 4');
    await begun;
    await docker.getContainer(killed).remove({ force: true });
    // It never ran, so it never ends; its worker is none that anybody here can look up.
    const left = await docker.createContainer({
      name: image().replace(':', '-build-'),
      Image: testImage,
      Labels: ownerLabels(currentOwner('gone-worker')),
    });
    logged.length = 0;
    said.length = 0;
    expect(await make({ patienceMs: 1000 })).toBe(image());
    await expect(left.inspect()).rejects.toMatchObject({ statusCode: 404 });
    const steps = [
      'another worker makes it',
      'step 1 of 4, compiling the runner',
      'step 2 of 4, precompiling <iostream>',
      'step 3 of 4, precompiling <bits/stdc++.h>',
      'step 4 of 4, writing the image',
    ].map((step) => `making the warm image: ${step}`);
    expect(logged).toEqual([...steps, 'warm image made']);
    expect(said).toEqual([...steps, undefined]);
    await docker.getImage(image()).remove();
  });

  it('is said to be killed where it was, and goes on with what is made', async () => {
    const { logged, image, make, killAt } = worker();
    const failed = outcomeOf(make());
    const left = await killAt('step 3 of 4');
    expect(await failed).toMatch(/was killed \(exit 137\): out of memory, or by somebody/);
    expect(await failed).not.toMatch(/needs gcc/);
    expect(await make()).toBe(image());
    expect(logged.at(-1)).toBe('warm image made');
    // Made of the very container that was killed, with what it held.
    expect((await docker.getImage(image()).inspect()).Container).toBe(left);
    await docker.getImage(image()).remove();
  });
});
