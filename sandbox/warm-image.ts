/**
 * The warm image: the unmodified base image plus the compiled runner and precompiled C++ headers.
 *
 * Theory of operation. Its name is made of what it is made from, base image id, runner source and the script that
 * builds it, so "is it there?" is one inspection, and a change of any makes another. A throw-away container of the base image,
 * without network, compiles the runner and the headers and prepares the mount points; committing it gives the image.
 * That container's name is made of the image's: Docker gives it to one of the workers that start at once on a host, and
 * the others wait until it is gone. Nothing is left but the image, whatever fails.
 */
import { createHash } from 'node:crypto';
import type Docker from 'dockerode';
import { precompiledHeaders, precompiledHeadersFolder } from '../domain/judging/precompiled-header.js';
import { dockerStatus, withDockerTimeout } from './docker.js';
import { dockerDemultiplexer } from './docker-multiplex.js';
import { SandboxUnavailableError } from './errors.js';
import type { Logger } from './logger.js';
import { noOwnerLabels } from './owner.js';
import { readRunnerSource, runnerPath } from './runner-source.js';

export const warmImageRepository = 'temporal-grading-engine-sandbox';
/** On every warm image: what it was made from, the base image's id and the hash of the runner's source. */
export const baseImageLabel = 'temporal-grading-engine.base-image';
export const runnerLabel = 'temporal-grading-engine.runner';
const buildTimeoutMs = 180_000;
const commitTimeoutMs = 60_000;

const runnerScript = [
  'set -e',
  'cd /usr/local/src/grading-runner',
  'mkdir -p /usr/local/libexec /sandbox',
  // Static: its own memory is then the smallest a program's peak can start from.
  `gcc -O2 -static -o ${runnerPath} *.c || gcc -O2 -o ${runnerPath} *.c`,
  `chmod 0500 ${runnerPath}`,
  // A tmpfs takes the mode of the directory it is mounted over.
  'chmod 1777 /sandbox /tmp',
  'rm -rf /usr/local/src/grading-runner',
];

/**
 * One precompiled form of each header for each set of flags; the compiler takes the one made with its own flags.
 * Each is made from a file that includes the header, so that the header stays a system header, without warnings.
 * An image that cannot make them grades without.
 */
function headersScript(flagSets: readonly (readonly string[])[]): string[] {
  const makeAll = precompiledHeaders.flatMap((header) => {
    const forms = `${precompiledHeadersFolder}/${header}.gch`;
    return [
      `mkdir -p ${forms}`,
      `echo '#include <${header}>' > /tmp/header.h`,
      ...flagSets.map(
        (flags, index) => `g++ ${flags.join(' ')} -x c++-header /tmp/header.h -o ${forms}/${index}`,
      ),
    ];
  });
  return [
    `(${['set -e', ...makeAll].join('; ')}) || rm -rf ${precompiledHeadersFolder}`,
    'rm -f /tmp/header.h',
  ];
}

export interface WarmImageOptions {
  readonly docker: Docker;
  /** The platform's sandbox image (contract §1, DOCKER_IMAGE). */
  readonly baseImage: string;
  /** Headers are precompiled for each of these sets of C++ flags. */
  readonly cppFlagSets: readonly (readonly string[])[];
  readonly labels: Readonly<Record<string, string>>;
  readonly log: Logger;
}

/**
 * @param patienceMs for another worker that makes it; it is then taken for dead.
 * @returns the name of an image that can be started; made at first use.
 * @throws SandboxUnavailableError when the base image is missing or has no C compiler.
 */
export async function ensureWarmImage(
  options: WarmImageOptions,
  patienceMs: number = buildTimeoutMs + commitTimeoutMs,
): Promise<string> {
  const { docker, baseImage, log } = options;
  const baseId = await baseImageId(docker, baseImage);
  const source = await readRunnerSource();
  const script = [...runnerScript, ...headersScript(options.cppFlagSets)].join('\n');
  const hash = createHash('sha256').update(source.hash).update(script).digest('hex').slice(0, 12);
  const tag = `${baseId.replace('sha256:', '').slice(0, 12)}-${hash}`;
  const name = `${warmImageRepository}:${tag}`;
  while (!(await imageExists(docker, name))) {
    const startedAt = performance.now();
    const container = await createBuildContainer(options, script, baseId, tag);
    if (container === undefined) {
      log.info({ image: name }, 'another worker makes the warm image');
      await untilGone(docker.getContainer(buildName(tag)), patienceMs);
      continue;
    }
    await build(options, container, baseId, tag, source.hash, source.archive);
    log.info(
      { image: name, baseImage, tookMs: Math.round(performance.now() - startedAt) },
      'warm image made',
    );
  }
  return name;
}

async function baseImageId(docker: Docker, image: string): Promise<string> {
  try {
    return (await withDockerTimeout(docker.getImage(image).inspect(), 'inspect image')).Id;
  } catch (error) {
    if (dockerStatus(error) !== 404) throw error;
    throw new SandboxUnavailableError(
      `the sandbox image "${image}" does not exist. "./grader demo" builds it; or run ` +
        `"docker pull ${image}" or "docker build -t ${image} <its directory>", or set DOCKER_IMAGE.`,
      { cause: error },
    );
  }
}

async function imageExists(docker: Docker, name: string): Promise<boolean> {
  try {
    await withDockerTimeout(docker.getImage(name).inspect(), 'inspect image');
    return true;
  } catch (error) {
    if (dockerStatus(error) === 404) return false;
    throw error;
  }
}

function buildName(tag: string): string {
  return `${warmImageRepository}-build-${tag}`;
}

/** @returns undefined while another worker has one for this image. */
async function createBuildContainer(
  { docker, labels }: WarmImageOptions,
  script: string,
  baseId: string,
  tag: string,
): Promise<Docker.Container | undefined> {
  try {
    return await withDockerTimeout(
      docker.createContainer({
        name: buildName(tag),
        Image: baseId,
        Entrypoint: ['/bin/sh', '-c', script],
        Cmd: [],
        User: '0:0',
        WorkingDir: '/usr/local/src/grading-runner',
        Labels: { ...labels },
        AttachStdout: true,
        AttachStderr: true,
        HostConfig: { NetworkMode: 'none', LogConfig: { Type: 'none', Config: {} } },
      }),
      'create container',
    );
  } catch (error) {
    if (dockerStatus(error) === 409) return undefined;
    throw error;
  }
}

/** Removes it when that takes too long: the worker it belongs to may be one that no reaper here can look up. */
async function untilGone(container: Docker.Container, patienceMs: number): Promise<void> {
  try {
    await withDockerTimeout(container.wait({ condition: 'removed' }), 'wait for another worker', patienceMs);
  } catch (error) {
    if (dockerStatus(error) === 404) return;
    await container.remove({ force: true, v: true }).catch((late: unknown) => {
      // Gone meanwhile, or going.
      if (dockerStatus(late) !== 404 && dockerStatus(late) !== 409) throw error;
    });
  }
}

async function build(
  options: WarmImageOptions,
  container: Docker.Container,
  baseId: string,
  tag: string,
  runnerHash: string,
  archive: Buffer,
): Promise<void> {
  const { baseImage } = options;
  try {
    await withDockerTimeout(
      container.putArchive(archive, { path: '/usr/local/src/grading-runner' }),
      'upload the runner',
    );
    const stream = await withDockerTimeout(
      container.attach({ stream: true, stdout: true, stderr: true }),
      'attach',
    );
    let output = '';
    const collect = (chunk: Buffer) => {
      output = (output + chunk.toString('utf8')).slice(-2000);
    };
    stream.on('data', dockerDemultiplexer(collect, collect));
    await withDockerTimeout(container.start(), 'start container');
    const result: { StatusCode: number } = await withDockerTimeout(
      container.wait(),
      'compile the runner',
      buildTimeoutMs,
    );
    if (result.StatusCode !== 0) {
      throw new SandboxUnavailableError(
        `the runner does not compile in the sandbox image "${baseImage}" (exit ${result.StatusCode}): ` +
          `${output.trim()}. The image needs gcc and the C library's headers (build-essential).`,
      );
    }
    await withDockerTimeout(
      container.commit({
        repo: warmImageRepository,
        tag,
        changes: Object.entries({
          ...noOwnerLabels,
          [baseImageLabel]: baseId,
          [runnerLabel]: runnerHash,
        })
          .map(([label, value]) => `LABEL ${label}=${value}`)
          .join('\n'),
      }),
      'commit the warm image',
      commitTimeoutMs,
    );
  } finally {
    await container.remove({ force: true, v: true }).catch((error: unknown) => {
      // The reaper finds it by its labels.
      options.log.debug({ err: error, containerId: container.id }, 'build container not removed');
    });
  }
}
