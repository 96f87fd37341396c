import type Docker from 'dockerode';
import { dockerStatus, withDockerTimeout } from './docker.js';
import { baseImageLabel, runnerLabel, warmImageRepository } from './warm-image.js';

/**
 * Removes warm images made from another runner or base image, which nothing else ever would. Those with a container,
 * running or not, are another worker's and stay; so do those that differ from the current one in their headers only.
 * One that was made just now may be another worker's, too, which has no container of it yet.
 * @param current name of the image in use. @param keptMs how old one is at least. @returns the ids of those removed.
 * Throws what Docker throws.
 */
export async function pruneWarmImages(
  docker: Docker,
  current: string,
  keptMs: number,
): Promise<readonly string[]> {
  const [images, containers] = await withDockerTimeout(
    Promise.all([
      docker.listImages({ filters: { label: [runnerLabel] } }),
      docker.listContainers({ all: true }),
    ]),
    'list images',
  );
  const used = new Set(containers.map((container) => container.ImageID));
  const own = images.find(({ RepoTags }) => RepoTags?.includes(current));
  const superseded = images.filter(
    ({ Id, RepoTags, Labels, Created }) =>
      own !== undefined &&
      Created * 1000 <= Date.now() - keptMs &&
      hasOurName(RepoTags) &&
      !used.has(Id) &&
      [baseImageLabel, runnerLabel].some((label) => Labels[label] !== own.Labels[label]),
  );
  const removed = await Promise.all(
    superseded.map(async ({ Id, RepoTags }) => ((await removeImage(docker, Id, RepoTags)) ? [Id] : [])),
  );
  return removed.flat();
}

/** An image that was built on one of ours has its labels, but a name of its own. */
function hasOurName(names: readonly string[] | null | undefined): boolean {
  return (names ?? []).every(
    (name) => name.startsWith(`${warmImageRepository}:`) || name === '<none>:<none>',
  );
}

async function removeImage(
  docker: Docker,
  id: string,
  names: readonly string[] | null | undefined,
): Promise<boolean> {
  const named = (names ?? []).filter((name) => name !== '<none>:<none>');
  try {
    // By name, and never by force: Docker then refuses what a container has begun to use meanwhile.
    for (const name of named.length > 0 ? named : [id]) {
      await withDockerTimeout(docker.getImage(name).remove(), 'remove image', 60_000);
    }
    return true;
  } catch (error) {
    // Another worker was faster, or uses it.
    if (dockerStatus(error) === 404 || dockerStatus(error) === 409) return false;
    throw error;
  }
}
