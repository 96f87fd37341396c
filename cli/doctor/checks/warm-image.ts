import { withDockerTimeout } from '../../../sandbox/docker.js';
import { baseImageLabel, warmImageRepository } from '../../../sandbox/warm-image.js';
import type { Check } from '../check.js';
import { ok, warning } from '../check.js';

/** The image workers start containers from, made of the sandbox image at a worker's first start. */
export const warmImage: Check = {
  name: 'warm image',
  area: 'Docker',
  needs: 'sandbox image',
  async run({ docker, settings }) {
    const base = await withDockerTimeout(docker.getImage(settings.dockerImage).inspect(), 'inspect image');
    const [builds, images] = await withDockerTimeout(
      Promise.all([
        docker.listContainers({ filters: { name: [`${warmImageRepository}-build-`] } }),
        docker.listImages({ filters: { label: [`${baseImageLabel}=${base.Id}`] } }),
      ]),
      'look for the warm image',
    );
    const [build] = builds;
    if (build !== undefined) {
      return warning(
        `a worker is making it (${build.Status.toLowerCase()}): that worker grades nothing before`,
        `docker top ${build.Id.slice(0, 12)}; the worker's log says which step it is at`,
      );
    }
    const names = images.flatMap(({ RepoTags }) => RepoTags ?? []);
    return ok(names.length > 0 ? names.join(', ') : 'none yet: the first worker makes it, in about a minute');
  },
};
