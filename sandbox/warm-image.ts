/**
 * The warm image: the unmodified base image plus the compiled runner and precompiled C++ headers.
 *
 * Its name is made of what it is made from, base image id, runner source and the script that builds it, so "is it
 * there?" is one inspection, and a change of any makes another. How it is made: warm-image-build.ts.
 */
import { createHash } from 'node:crypto';
import type Docker from 'dockerode';
import { dockerStatus, idIn, withDockerTimeout } from './docker.js';
import { SandboxUnavailableError } from './errors.js';
import type { Logger } from './logger.js';
import { noOwnerLabels } from './owner.js';
import { readRunnerSource } from './runner-source.js';
import { buildWarmImage } from './warm-image-build.js';
import { warmImageScript } from './warm-image-script.js';

export const warmImageRepository = 'temporal-grading-engine-sandbox';
/** On every warm image: what it was made from, the base image's id and name, and the hash of the runner's source. */
export const baseImageLabel = 'temporal-grading-engine.base-image';
const baseNameLabel = 'temporal-grading-engine.base-name';
export const runnerLabel = 'temporal-grading-engine.runner';

export interface WarmImageOptions {
  readonly docker: Docker;
  /** The platform's sandbox image (contract §1, DOCKER_IMAGE). */
  readonly baseImage: string;
  /** Headers are precompiled for each of these sets of C++ flags. */
  readonly cppFlagSets: readonly (readonly string[])[];
  readonly labels: Readonly<Record<string, string>>;
  readonly log: Logger;
  /** Hears what is being done while there is no image yet, then undefined. */
  readonly onProgress?: (what: string | undefined) => void;
  /** For another worker's build that makes no progress; it is then taken for dead. Default 5 minutes. */
  readonly patienceMs?: number;
}

/**
 * @returns the name of an image that can be started; made at first use.
 * @throws SandboxUnavailableError when the base image is missing, has no C compiler, or its build was killed.
 */
export async function ensureWarmImage(options: WarmImageOptions): Promise<string> {
  const { docker, baseImage, labels, log, onProgress = () => undefined, patienceMs } = options;
  const source = await readRunnerSource();
  const script = warmImageScript(options.cppFlagSets);
  const hash = createHash('sha256').update(source.hash).update(script.text).digest('hex').slice(0, 12);
  const baseId = await imageId(docker, baseImage);
  if (baseId === undefined) return madeEarlier(options, hash);
  const tag = `${baseId.replace('sha256:', '').slice(0, 12)}-${hash}`;
  const name = `${warmImageRepository}:${tag}`;
  const onStep = (step: string) => {
    log.info({ image: name }, `making the warm image: ${step}`);
    onProgress(`making the warm image: ${step}`);
  };
  const imageLabels = {
    ...noOwnerLabels,
    [baseImageLabel]: baseId,
    [baseNameLabel]: baseImage,
    [runnerLabel]: source.hash,
  };
  const repository = warmImageRepository;
  try {
    while ((await imageId(docker, name)) === undefined) {
      const startedAt = performance.now();
      const build = { docker, baseImage, baseId, script, source: source.archive, repository, tag, labels };
      const isMade = await buildWarmImage({ ...build, imageLabels, onStep, patienceMs });
      const tookMs = Math.round(performance.now() - startedAt);
      if (isMade) log.info({ image: name, baseImage, tookMs }, 'warm image made');
    }
  } finally {
    onProgress(undefined);
  }
  return name;
}

/** @returns undefined where there is no such image. */
async function imageId(docker: Docker, image: string): Promise<string | undefined> {
  try {
    const found = await withDockerTimeout(docker.getImage(image).inspect(), 'inspect image');
    return idIn(found, 'inspect image');
  } catch (error) {
    if (dockerStatus(error) !== 404) throw error;
    return undefined;
  }
}

/**
 * The base image's name goes with `docker image prune -a`, as no container is of it; the image made of it stays while
 * it has one. That is all that is needed.
 */
async function madeEarlier({ docker, baseImage, log }: WarmImageOptions, hash: string): Promise<string> {
  const label = [`${baseNameLabel}=${baseImage}`];
  const images = await withDockerTimeout(docker.listImages({ filters: { label } }), 'list images');
  const [newest] = images
    .flatMap(({ RepoTags, Created }) => (RepoTags ?? []).map((name) => ({ name, created: Created })))
    .filter(({ name }) => name.startsWith(`${warmImageRepository}:`) && name.endsWith(`-${hash}`))
    .toSorted((a, b) => b.created - a.created);
  if (newest !== undefined) {
    log.warn(
      { image: newest.name, baseImage },
      'the sandbox image is gone, as after "docker image prune -a"; the warm image made of it is used',
    );
    return newest.name;
  }
  throw new SandboxUnavailableError(
    `the sandbox image "${baseImage}" does not exist. "./grader demo" builds it; or run ` +
      `"docker pull ${baseImage}" or "docker build -t ${baseImage} <its directory>", or set DOCKER_IMAGE.`,
  );
}
