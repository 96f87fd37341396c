import type Docker from 'dockerode';
import { afterEach, describe, expect, it } from 'vitest';
import { currentOwner, ownerLabels } from '../../../sandbox/owner.js';
import type { TestSandbox } from '../docker-fixture.js';
import { openTestSandbox, run, withLease } from '../docker-fixture.js';

const repository = 'temporal-grading-engine-sandbox';
/** Those of the image are of its maker, whose process may be dead: a reaper would take the container. */
const labels = ownerLabels(currentOwner('another-worker'));

/** An image as an earlier version has left it: our labels, another tag, another content. */
async function leaveImage(docker: Docker, from: string, repo: string, tag: string): Promise<string> {
  const container = await docker.createContainer({ Image: from, Env: [`VERSION=${tag}`], Labels: labels });
  await container.commit({ repo, tag, changes: `LABEL temporal-grading-engine.runner=${tag}` });
  await container.remove();
  return `${repo}:${tag}`;
}

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
    await expect.poll(() => isThere(superseded), { timeout: 20_000 }).toBe(false);
    expect(await isThere(inUse)).toBe(true);
    expect(await isThere(foreign)).toBe(true);
    expect(await isThere(current)).toBe(true);
    const told = test.logged.filter((line) => line.message === 'superseded warm images removed');
    expect(told).toHaveLength(1);
  });
});
