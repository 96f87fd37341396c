import type Docker from 'dockerode';
import { pack } from 'tar-stream';
import { gradingRules } from '../domain/judging/grading-profile.js';
import { languages } from '../domain/judging/language.js';
import { connectDocker, dockerAddress } from '../sandbox/docker.js';
import type { BenchEngine } from './bench-sandbox.js';
import { execInContainer } from './exec-in-container.js';

/** Submissions as the engine gets them: C++ sources of one problem, and the inputs of its tests. */
export interface BareWork {
  readonly sources: readonly string[];
  readonly inputs: readonly string[];
}

/**
 * What the machine could do: the same sources compiled by the same command and run on the same inputs, in a container of
 * the same image, by one shell for each core, with nothing between two programs.
 * @returns seconds for all of them.
 */
export function measureLimit(engine: BenchEngine, work: BareWork, cores: number): Promise<number> {
  return withBareContainer(engine, work, async (container) => {
    const startedAt = performance.now();
    await Promise.all(
      Array.from({ length: cores }, (_, core) =>
        execInContainer(container, ['sh', '-c', gradeShare(work, core, cores)]),
      ),
    );
    return (performance.now() - startedAt) / 1000;
  });
}

/**
 * What a plain worker does: one container, one submission after the other, `docker exec` for each step.
 * @returns seconds for all of them.
 */
export function measurePlainWorker(engine: BenchEngine, work: BareWork): Promise<number> {
  return withBareContainer(engine, work, async (container) => {
    const startedAt = performance.now();
    for (const index of work.sources.keys()) {
      await execInContainer(container, ['sh', '-c', `cd /bench/${index} && ${compileCommand(work, index)}`]);
      for (const test of work.inputs.keys()) {
        await execInContainer(container, ['sh', '-c', runCommand(index, test)]);
      }
    }
    return (performance.now() - startedAt) / 1000;
  });
}

function gradeShare(work: BareWork, core: number, cores: number): string {
  const own = [...work.sources.keys()].filter((index) => index % cores === core);
  return own
    .flatMap((index) => [
      `cd /bench/${index} && ${compileCommand(work, index)} || exit 1`,
      ...[...work.inputs.keys()].map((test) => runCommand(index, test)),
    ])
    .join('\n');
}

function compileCommand({ sources }: BareWork, index: number): string {
  const { cppFlags } = gradingRules('python', 'cpp');
  const command = languages.cpp.quickCompileCommand?.(sources[index] ?? '', ['main.cpp'], cppFlags);
  if (command === undefined) throw new Error('The sources of this measure begin with a precompiled header.');
  return command.join(' ');
}

const runCommand = (index: number, test: number) =>
  `/bench/${index}/main < /bench/inputs/${test} > /bench/${index}/output`;

async function withBareContainer<Result>(
  engine: BenchEngine,
  { sources, inputs }: BareWork,
  task: (container: Docker.Container) => Promise<Result>,
): Promise<Result> {
  const docker = connectDocker(dockerAddress(engine.dockerHost));
  const container = await docker.createContainer({
    Image: engine.image,
    Entrypoint: ['sleep', '3600'],
    User: '0',
    HostConfig: { NetworkMode: 'none', AutoRemove: true },
  });
  await container.start();
  try {
    const archive = pack();
    for (const [index, source] of sources.entries()) {
      archive.entry({ name: `bench/${index}/main.cpp` }, source);
    }
    for (const [index, input] of inputs.entries()) archive.entry({ name: `bench/inputs/${index}` }, input);
    archive.finalize();
    await container.putArchive(archive, { path: '/' });
    return await task(container);
  } finally {
    await container.remove({ force: true });
  }
}
