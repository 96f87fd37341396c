import type Docker from 'dockerode';
import { dockerStatus, withDockerTimeout } from './docker.js';
import { runnerLabel, warmImageRepository } from './warm-image.js';

/**
 * Removes warm images made from an earlier runner or base image, which nothing else ever would.
 * Those with a container, running or not, are another worker's and stay.
 * @param current name of the image in use. @returns the ids of those removed. Throws what Docker throws.
 */
export async function pruneWarmImages(docker: Docker, current: string): Promise<readonly string[]> {
  const [images, containers] = await withDockerTimeout(
    Promise.all([
      docker.listImages({ filters: { label: [runnerLabel] } }),
      docker.listContainers({ all: true }),
    ]),
    'list images',
  );
  const used = new Set(containers.map((container) => container.ImageID));
  const superseded = images.filter(({ Id, RepoTags }) => isOurs(RepoTags, current) && !used.has(Id));
  const removed = await Promise.all(
    superseded.map(async ({ Id, RepoTags }) => ((await removeImage(docker, Id, RepoTags)) ? [Id] : [])),
  );
  return removed.flat();
}

/** An image that was built on one of ours has its labels, but a name of its own. */
function isOurs(names: readonly string[] | null | undefined, current: string): boolean {
  return (names ?? []).every(
    (name) => name !== current && (name.startsWith(`${warmImageRepository}:`) || name === '<none>:<none>'),
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
