/**
 * The throw-away container that makes a warm image.
 *
 * Its name is made of the image's: Docker gives it to one of the workers that start at once on a host. It is removed
 * when the image is there, or when the base image cannot make one. After any other end (killed, stalled, Docker gone) it
 * stays for this worker's next attempt, which starts it again: its script then goes on where it was. What a worker that
 * is gone has left the reaper finds by its labels.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type Docker from 'dockerode';
import type { BuildProgress } from './build-progress.js';
import { whileProgressing } from './build-progress.js';
import { createContainer, removeContainer, startContainer } from './container-calls.js';
import { dockerStatus, whileDockerAnswers, withDockerTimeout } from './docker.js';
import { dockerDemultiplexer } from './docker-multiplex.js';
import { SandboxUnavailableError } from './errors.js';
import { ownerFromLabels } from './owner.js';
import { runnerSourceFolder } from './runner-source.js';
import type { WarmImageScript } from './warm-image-script.js';
import { killedStatus, stepOf } from './warm-image-script.js';

/** Writes a few hundred megabytes to the disk, and tells nothing meanwhile. */
const commitTimeoutMs = 15 * 60_000;
const endTimeoutMs = 5_000;
const lookEveryMs = 10_000;

export interface WarmImageBuild {
  readonly docker: Docker;
  readonly baseImage: string;
  readonly baseId: string;
  readonly script: WarmImageScript;
  /** Tar archive of the runner's source. */
  readonly source: Buffer;
  readonly repository: string;
  readonly tag: string;
  /** Of the container. */
  readonly labels: Readonly<Record<string, string>>;
  readonly imageLabels: Readonly<Record<string, string>>;
  /** Hears what is done now. */
  readonly onStep: (what: string) => void;
  /** Of another worker's, without progress; then it is taken for dead. */
  readonly patienceMs?: number | undefined;
}

/** Makes the image. @returns false while another worker makes it, once that one has ended, however. @throws SandboxUnavailableError */
export async function buildWarmImage(build: WarmImageBuild): Promise<boolean> {
  const container = await ownContainer(build);
  if (container === undefined) {
    build.onStep('another worker makes it');
    await untilGone(build);
    return false;
  }
  let isOver = false;
  try {
    const ended = await whileProgressing(container, (progress) => run(build, container, progress));
    if (ended.wasKilled) throw killed(build, ended);
    isOver = ended.status !== 0;
    if (isOver) throw cannotBeMade(build, ended);
    await commit(build, container);
    isOver = true;
  } finally {
    // What is not removed now the reaper finds by its labels. An answer that is lost keeps nobody from the image.
    const ending = isOver ? removeContainer(build.docker, container) : container.kill();
    await withDockerTimeout(ending, 'end the build', endTimeoutMs).catch(() => undefined);
  }
  return true;
}

function buildName({ repository, tag }: WarmImageBuild): string {
  return `${repository}-build-${tag}`;
}

/** @returns undefined while another worker has one for this image. */
async function ownContainer(build: WarmImageBuild): Promise<Docker.Container | undefined> {
  const { docker, labels, baseId, script } = build;
  try {
    return await createContainer(docker, {
      name: buildName(build),
      Image: baseId,
      Entrypoint: ['/bin/sh', '-c', script.text],
      Cmd: [],
      User: '0:0',
      WorkingDir: runnerSourceFolder,
      Labels: { ...labels },
      AttachStdout: true,
      AttachStderr: true,
      HostConfig: { NetworkMode: 'none', LogConfig: { Type: 'none', Config: {} } },
    });
  } catch (error) {
    if (dockerStatus(error) !== 409) throw error;
    return leftContainer(build);
  }
}

/** The one of this worker's earlier attempt, with what it has made. */
async function leftContainer(build: WarmImageBuild): Promise<Docker.Container | undefined> {
  const container = build.docker.getContainer(buildName(build));
  const found = await inspect(container);
  const own = ownerFromLabels(build.labels);
  if (found === undefined || own === undefined) return undefined;
  return ownerFromLabels(found.Config.Labels)?.poolId === own.poolId ? container : undefined;
}

interface Ended {
  readonly status: number;
  readonly wasKilled: boolean;
  readonly output: string;
}

async function run(
  { docker, script, source, onStep }: WarmImageBuild,
  container: Docker.Container,
  progress: BuildProgress,
): Promise<Ended> {
  // The last thing a script does is to remove the folder.
  await unless(
    404,
    whileDockerAnswers(
      docker,
      () => container.putArchive(source, { path: runnerSourceFolder }),
      'upload the runner',
    ),
  );
  const stream = await withDockerTimeout(
    container.attach({ stream: true, stdout: true, stderr: true }),
    'attach',
  );
  let output = '';
  const collect = (chunk: Buffer) => {
    output = (output + chunk.toString('utf8')).slice(-2000);
  };
  let line = '';
  const follow = (chunk: Buffer) => {
    const lines = (line + chunk.toString('utf8')).slice(-2000).split('\n');
    line = lines.pop() ?? '';
    for (const each of lines) {
      const step = stepOf(each);
      if (step === undefined) collect(Buffer.from(`${each}\n`));
      else onStep(`step ${step} of ${script.steps.length + 1}, ${script.steps[step - 1]}`);
      progress.advanced();
    }
  };
  stream.on('data', dockerDemultiplexer(follow, collect));
  // Where Docker was silent for long, an earlier attempt may still run.
  await startContainer(docker, container);
  const waited: Promise<{ StatusCode: number }> = container.wait();
  const status = await orSeen(
    waited.then(({ StatusCode }) => StatusCode),
    async () => {
      const found = await inspect(container);
      return found?.State.Status === 'exited' ? found.State.ExitCode : undefined;
    },
  );
  const wasKilled = status >= 128 || output.includes('signal terminated program');
  return { status, wasKilled, output: output.trim() };
}

async function unless(status: number, call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (dockerStatus(error) !== status) throw error;
  }
}

async function commit(build: WarmImageBuild, container: Docker.Container): Promise<void> {
  const { repository: repo, tag, imageLabels, script, onStep } = build;
  onStep(`step ${script.steps.length + 1} of ${script.steps.length + 1}, writing the image`);
  const changes = Object.entries(imageLabels)
    .map(([label, value]) => `LABEL ${label}=${JSON.stringify(value)}`)
    .join('\n');
  const committed = container.commit({ repo, tag, changes }).then(() => true);
  const isThere = async () => {
    const images = await build.docker.listImages({ filters: { reference: [`${repo}:${tag}`] } });
    return images.length > 0 ? true : undefined;
  };
  await withDockerTimeout(orSeen(committed, isThere), 'commit the warm image', commitTimeoutMs);
}

/** Both calls take minutes, in which an answer may be lost on a connection that stays open: what it would say is looked for. */
async function orSeen<Result>(
  call: Promise<Result>,
  look: () => Promise<Result | undefined>,
): Promise<Result> {
  const ended = call.then((result) => ({ result }));
  // What it rejects with is thrown below, where the race is looked at.
  ended.catch(() => undefined);
  for (;;) {
    const waiting = new AbortController();
    const pause = sleep(lookEveryMs, undefined, { signal: waiting.signal }).catch(() => undefined);
    const done = await Promise.race([ended, pause]).finally(() => waiting.abort());
    if (done !== undefined) return done.result;
    // An engine that does not answer this either says nothing about the call.
    const seen = await withDockerTimeout(look(), 'look at the build').catch(() => undefined);
    if (seen !== undefined) return seen;
  }
}

/** Removes it when it makes no progress: the worker it belongs to may be one that no reaper here can look up. */
async function untilGone(build: WarmImageBuild): Promise<void> {
  const container = build.docker.getContainer(buildName(build));
  const found = await inspect(container);
  if (found === undefined) return;
  // One that has ended is being committed.
  const patienceMs = found.State.Status === 'exited' ? commitTimeoutMs : build.patienceMs;
  try {
    await whileProgressing(container, () => container.wait({ condition: 'removed' }), patienceMs);
  } catch (error) {
    if (dockerStatus(error) === 404) return;
    await container.remove({ force: true, v: true }).catch((late: unknown) => {
      // Gone meanwhile, or going.
      if (dockerStatus(late) !== 404 && dockerStatus(late) !== 409) throw error;
    });
  }
}

async function inspect(container: Docker.Container): Promise<Docker.ContainerInspectInfo | undefined> {
  try {
    return await withDockerTimeout(container.inspect(), 'inspect the build');
  } catch (error) {
    if (dockerStatus(error) === 404) return undefined;
    throw error;
  }
}

function killed({ baseImage }: WarmImageBuild, { status, output }: Ended): SandboxUnavailableError {
  return new SandboxUnavailableError(
    `the build of the warm image of "${baseImage}" was killed (exit ${status === 0 ? killedStatus : status}): out of memory, or by somebody. ` +
      `It is tried again, and goes on where it was. See "dmesg | tail" and "free -m". ${output}`.trim(),
  );
}

function cannotBeMade({ baseImage }: WarmImageBuild, { status, output }: Ended): SandboxUnavailableError {
  return new SandboxUnavailableError(
    `the runner does not compile in the sandbox image "${baseImage}" (exit ${status}): ${output}. ` +
      "The image needs gcc and the C library's headers (build-essential).",
  );
}
