import { Duplex } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type Docker from 'dockerode';
import { dockerDemultiplexer } from '../sandbox/docker-multiplex.js';
import type { Frame } from '../sandbox/frames.js';
import { FrameDecoder } from '../sandbox/frames.js';
import { currentOwner, ownerLabels } from '../sandbox/owner.js';
import { readRunnerSource } from '../sandbox/runner-source.js';
import { tarArchive } from '../sandbox/tar-archive.js';

/** A runner built otherwise than the warm image's, in a container of its own. */
export interface BuiltRunner {
  readonly received: Frame[];
  /** What it said besides frames. */
  readonly stderr: () => string;
  /** Set once its stream has ended. */
  readonly hasEnded: () => boolean;
  write(bytes: Uint8Array): void;
  exitCode(): Promise<number>;
  remove(): Promise<void>;
}

const sourceDirectory = '/usr/local/src/grading-runner';
const program = 'built-runner';

export interface RunnerBuild {
  /** Of gcc, besides the sources. */
  readonly flags: readonly string[];
  /** C files compiled with the runner's own. */
  readonly sources?: readonly { readonly name: string; readonly content: Buffer }[];
}

/** @returns a tar archive of the runner, compiled in a container of the image. */
export async function buildRunner(
  docker: Docker,
  image: string,
  { flags, sources = [] }: RunnerBuild,
): Promise<Buffer> {
  const container = await docker.createContainer({
    Image: image,
    Entrypoint: ['/bin/sh', '-c', `gcc ${flags.join(' ')} -o /usr/local/${program} *.c`],
    WorkingDir: sourceDirectory,
    Labels: ownerLabels(currentOwner(`built-runner-${process.pid}`)),
    HostConfig: { NetworkMode: 'none' },
  });
  try {
    await container.putArchive((await readRunnerSource()).archive, { path: sourceDirectory });
    await container.putArchive(await tarArchive(sources), { path: sourceDirectory });
    await container.start();
    const { StatusCode } = (await container.wait()) as { StatusCode: number };
    if (StatusCode !== 0) {
      const log = await container.logs({ stdout: true, stderr: true });
      throw new Error(`the runner does not compile with ${flags.join(' ')}: ${log.toString('utf8')}`);
    }
    return await buffer(await container.getArchive({ path: `/usr/local/${program}` }));
  } finally {
    await container.remove({ force: true, v: true });
  }
}

/** The built runner as process 1 of a container that is what a sandbox container is, but for a writable root. */
export async function startBuiltRunner(docker: Docker, image: string, built: Buffer): Promise<BuiltRunner> {
  const container = await docker.createContainer({
    Image: image,
    Entrypoint: ['/bin/sh', '-c', `chmod 1777 /sandbox /tmp && exec /usr/local/${program}`],
    Env: [
      'GRADING_UID=60001',
      'ASAN_OPTIONS=detect_leaks=0:exitcode=99:allocator_may_return_null=1',
      'UBSAN_OPTIONS=print_stacktrace=1:exitcode=99',
    ],
    Labels: ownerLabels(currentOwner(`built-runner-${process.pid}`)),
    OpenStdin: true,
    StdinOnce: true,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    HostConfig: {
      NetworkMode: 'none',
      CapDrop: ['ALL'],
      CapAdd: ['SETUID', 'SETGID', 'KILL'],
      SecurityOpt: ['no-new-privileges'],
      PidsLimit: 256,
      Memory: 1 << 30,
      MemorySwap: 1 << 30,
      Tmpfs: { '/sandbox': 'rw,exec,size=64m,mode=1777', '/tmp': 'rw,size=64m,mode=1777' },
      LogConfig: { Type: 'none', Config: {} },
    },
  });
  await container.putArchive(built, { path: '/usr/local' });
  const stream = await container.attach({
    stream: true,
    stdin: true,
    stdout: true,
    stderr: true,
    hijack: true,
  });
  if (!(stream instanceof Duplex)) throw new Error('Docker gave no two-way stream to the container');
  const decoder = new FrameDecoder();
  const received: Frame[] = [];
  let stderr = '';
  let ended = false;
  stream.on(
    'data',
    dockerDemultiplexer(
      (chunk) => received.push(...decoder.push(chunk)),
      (chunk) => {
        stderr = (stderr + chunk.toString('utf8')).slice(0, 20_000);
      },
    ),
  );
  stream.on('error', () => {});
  stream.on('close', () => {
    ended = true;
  });
  await container.start();
  return {
    received,
    stderr: () => stderr,
    hasEnded: () => ended,
    write: (bytes) => stream.write(bytes),
    exitCode: async () => ((await container.wait()) as { StatusCode: number }).StatusCode,
    async remove() {
      stream.destroy();
      await container.remove({ force: true, v: true });
    },
  };
}
