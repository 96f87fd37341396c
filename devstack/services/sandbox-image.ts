import { statfsSync } from 'node:fs';
import { join } from 'node:path';
import type Docker from 'dockerode';
import { errorLine } from '../../domain/errors/error-text.js';
import { connectDocker, dockerAddress } from '../../sandbox/docker.js';
import { findProgram } from './command.js';
import { bootstrapImage } from './image-bootstrap.js';
import { followImageStream } from './image-stream.js';
import { paced } from './progress.js';
import type { Provision } from './provision.js';
import { ServiceError } from './service-error.js';
import { firstProvided } from './strategy.js';

/** The image we know how to make; another name in DOCKER_IMAGE must be there already. */
const ownImage = 'cpp-grader-env';
const baseImage = { fromImage: 'ubuntu', tag: '22.04' };
const neededBytes = 2_500_000_000;
/** From the order to pull to the first sign of life; an engine without the internet may not answer at all. */
const pullProbeMs = 20_000;

/**
 * The sandbox image in the engine: there already, else built from deploy/sandbox-image, else bootstrapped from Debian
 * packages, which works wherever apt does.
 * @returns its name. @throws ServiceError
 */
export async function provideSandboxImage(provision: Provision, dockerHost: string): Promise<string> {
  const image = provision.settings.dockerImage;
  const engine = connectDocker(dockerAddress(dockerHost));
  const chosen = await firstProvided<string>([
    { name: 'present', tryProvide: () => present(provision, engine, image) },
    { name: 'Dockerfile', tryProvide: () => build(provision, engine, image) },
    { name: 'debootstrap', tryProvide: () => bootstrapImage(provision, engine, image) },
  ]);
  if (chosen !== undefined) return chosen.provided;
  throw new ServiceError(
    `The sandbox image ${image} can neither be built (no base image can be pulled) nor bootstrapped (no Debian or Ubuntu mirror is configured for apt).`,
    {
      remedy: `On a machine that can: docker build -t ${image} deploy/sandbox-image && docker save ${image}`,
    },
  );
}

/** Whether the bootstrap may be needed and its program is missing; asked before there is an engine to ask. */
export function missingImagePackages(provision: Provision): readonly string[] {
  return findProgram('debootstrap', provision.environment) === undefined ? ['debootstrap'] : [];
}

async function present(provision: Provision, engine: Docker, image: string): Promise<string | undefined> {
  provision.progress.step('image', `looking for ${image}`);
  if (await hasImage(engine, image)) {
    provision.progress.done('image', `${image} is in the engine`);
    return image;
  }
  if (image.replace(/:latest$/, '') !== ownImage) {
    throw new ServiceError(
      `The sandbox image ${image} is not in the engine, and only ${ownImage} can be made here.`,
      {
        remedy: `docker pull ${image}; or unset DOCKER_IMAGE to use ${ownImage}`,
      },
    );
  }
  requireSpace(provision.checkout.localDirectory);
  return undefined;
}

async function hasImage(engine: Docker, image: string): Promise<boolean> {
  try {
    await engine.getImage(image).inspect();
    return true;
  } catch (error) {
    if (error instanceof Error && 'statusCode' in error && error.statusCode === 404) return false;
    throw error;
  }
}

async function build(provision: Provision, engine: Docker, image: string): Promise<string | undefined> {
  const { progress, checkout } = provision;
  const say = paced(3_000, (line) => progress.step('image', line));
  try {
    progress.step('image', 'pulling the base image');
    await pullBase(engine, say);
    progress.step('image', 'building from deploy/sandbox-image');
    const context = { context: join(checkout.root, 'deploy', 'sandbox-image'), src: ['Dockerfile'] };
    // The private engine has no bridge.
    await followImageStream(engine, await engine.buildImage(context, { t: image, networkmode: 'host' }), say);
  } catch (error) {
    progress.step('image', `not buildable here: ${errorLine(error).slice(0, 160)}`);
    return undefined;
  }
  progress.done('image', `${image} built`);
  return image;
}

async function pullBase(engine: Docker, say: (line: string) => void): Promise<void> {
  const probe = new AbortController();
  const timer = setTimeout(() => probe.abort(new Error('no answer to the pull')), pullProbeMs);
  try {
    const stream = await engine.createImage({ ...baseImage, abortSignal: probe.signal });
    await followImageStream(engine, stream, (line) => {
      clearTimeout(timer);
      say(line);
    });
  } finally {
    clearTimeout(timer);
  }
}

function requireSpace(directory: string): void {
  const { bavail, bsize } = statfsSync(directory);
  if (bavail * bsize >= neededBytes) return;
  const gigabytes = (bytes: number) => (bytes / 1e9).toFixed(1);
  throw new ServiceError(
    `Making the sandbox image needs ${gigabytes(neededBytes)} GB in ${directory}; ${gigabytes(bavail * bsize)} GB are free.`,
    {
      remedy: `See what fills the disk: df -h ${directory}; du -xh --max-depth=2 ${directory} | sort -h | tail`,
    },
  );
}
