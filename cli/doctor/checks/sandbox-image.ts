import { dockerStatus, withDockerTimeout } from '../../../sandbox/docker.js';
import type { Check } from '../check.js';
import { failed, ok } from '../check.js';

export const sandboxImage: Check = {
  name: 'sandbox image',
  area: 'Docker',
  needs: 'Docker engine',
  async run({ docker, settings }) {
    const image = settings.dockerImage;
    try {
      const { Id, Size, Created } = await withDockerTimeout(
        docker.getImage(image).inspect(),
        'inspect image',
      );
      return ok(
        `${image}, ${Id.replace('sha256:', '').slice(0, 12)}, ${Math.round(Size / 2 ** 20)} MiB, of ${String(Created).slice(0, 10)}`,
      );
    } catch (error) {
      if (dockerStatus(error) !== 404) throw error;
      return failed(
        `this Docker engine has no image "${image}"`,
        `docker pull ${image}, or docker build -t ${image} deploy/sandbox-image, or set DOCKER_IMAGE`,
      );
    }
  },
};
