import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type Docker from 'dockerode';
import { bootstrapTree, installedRelease, removeTree } from './bootstrap-tree.js';
import { placeWithPlainPath } from './checkout.js';
import type { RootAccess } from './command.js';
import { findRootAccess, prefixed } from './command.js';
import { followImageStream } from './image-stream.js';
import { paced } from './progress.js';
import type { Provision } from './provision.js';
import { ServiceError } from './service-error.js';

/** The release's own default JDK: which versions there are differs between releases. */
const packages = ['bash', 'build-essential', 'default-jdk-headless', 'python3', 'time'];

/**
 * Makes the sandbox image out of packages, from the mirror this machine's apt uses; needs no image registry.
 * @returns undefined where apt has no usable mirror. @throws ServiceError
 */
export async function bootstrapImage(
  provision: Provision,
  engine: Docker,
  image: string,
): Promise<string | undefined> {
  const { progress, checkout, environment } = provision;
  const release = installedRelease();
  if (release === undefined) return undefined;
  const root = await findRootAccess(environment);
  if (root === undefined) {
    throw new ServiceError('Making the sandbox image from packages needs root, or sudo without a password.', {
      remedy: `Run the command again as root, or build it elsewhere: docker build -t ${image} deploy/sandbox-image`,
    });
  }
  const directory = join(placeWithPlainPath(checkout), 'rootfs');
  await removeTree(root, directory, environment);
  try {
    progress.step('image', `bootstrapping ${release.codename} with ${packages.join(', ')} (about a minute)`);
    const say = paced(5_000, (line) => progress.step('image', line));
    await bootstrapTree(release, {
      ...{ environment, packages: provision.packages, root, directory },
      ...{ include: packages, finish: 'mkdir -p sandbox', onLine: say },
    });
    progress.step('image', 'importing it into the engine');
    await importTree(engine, root, directory, image);
  } finally {
    await removeTree(root, directory, environment);
  }
  progress.done('image', `${image} made from packages of ${release.codename}`);
  return image;
}

async function importTree(engine: Docker, root: RootAccess, directory: string, image: string): Promise<void> {
  const command = prefixed(root.prefix, ['tar', '-C', directory, '--numeric-owner', '-c', '.']);
  const tar = spawn(command[0], command.slice(1), { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve, reject) => {
    tar.once('error', reject);
    tar.once('close', (code) => (code === 0 ? resolve() : reject(new Error(`tar ended with ${code}`))));
  });
  const [repo, tag = 'latest'] = image.split(':');
  const changes = ['WORKDIR /sandbox', 'CMD ["sleep","3600"]'];
  const imported = engine
    .importImage(tar.stdout, { repo, tag, changes })
    .then((stream) => followImageStream(engine, stream, () => undefined));
  await Promise.all([imported, ended]);
}
