import type Docker from 'dockerode';
import { dockerStatus, withDockerTimeout } from './docker.js';
import type { Owner } from './owner.js';
import { isDeadOwner, ownerFromLabels, ownerLabel } from './owner.js';

/**
 * Removes containers whose worker process is dead, running or not, and those of this pool it has lost sight of.
 * @param isKnown whether this pool still uses one of its own containers.
 * @returns how many were removed. Throws what Docker throws.
 */
export async function reapContainers(
  docker: Docker,
  self: Owner,
  isKnown: (containerId: string) => boolean,
): Promise<number> {
  const containers = await withDockerTimeout(
    docker.listContainers({ all: true, filters: { label: [ownerLabel] } }),
    'list containers',
  );
  const orphans = containers.filter((container) => {
    const owner = ownerFromLabels(container.Labels);
    if (owner === undefined) return false;
    if (owner.poolId === self.poolId) return !isKnown(container.Id);
    return isDeadOwner(owner, self);
  });
  const removed = await Promise.all(orphans.map((container) => removeContainer(docker, container.Id)));
  return removed.filter(Boolean).length;
}

async function removeContainer(docker: Docker, id: string): Promise<boolean> {
  try {
    await withDockerTimeout(docker.getContainer(id).remove({ force: true, v: true }), 'remove container');
    return true;
  } catch (error) {
    // Another reaper was faster.
    if (dockerStatus(error) === 404 || dockerStatus(error) === 409) return false;
    throw error;
  }
}
