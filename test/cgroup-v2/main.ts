import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { z } from 'zod';
import { projectRoot } from '../../devstack/project-root.js';
import { describeCheckout } from '../../devstack/services/checkout.js';
import { provideServices } from '../../devstack/services/index.js';
import { createPackageInstaller } from '../../devstack/services/packages.js';
import type { Progress } from '../../devstack/services/progress.js';
import { createProgress } from '../../devstack/services/progress.js';
import { onInterrupt } from '../../platform/terminal/interrupt.js';
import { say } from '../../platform/terminal/print.js';
import { runProgram } from '../../platform/terminal/run-program.js';
import { connectDocker } from '../../sandbox/docker.js';
import { createSandbox, dockerAddress } from '../../sandbox/index.js';
import type { Guest } from './guest.js';
import { bootGuest } from './guest.js';
import { provideGuestDisk } from './guest-disk.js';
import { measureSlowness } from './speed.js';

const engineInfo = z.object({
  ServerVersion: z.string(),
  KernelVersion: z.string(),
  CgroupVersion: z.string(),
  CgroupDriver: z.string(),
});

const suites = ['demo', 'sandbox', 'accuracy', 'attacks'] as const;
type Suite = (typeof suites)[number];

/** What runs against the guest's engine. @param more arguments for vitest. */
function commandOf(suite: Suite, factor: number, more: readonly string[]): readonly string[] {
  const vitest = ['vitest', 'run', ...more];
  switch (suite) {
    case 'demo':
      return [...vitest, '--project', 'cgroup-v2'];
    case 'sandbox':
      return [
        ...[...vitest, '--project', 'integration', '--project', 'integration-alone'],
        ...['--no-file-parallelism', ...(more.length > 0 ? [] : ['test/integration/sandbox'])],
      ];
    case 'accuracy':
      // GNU time starts in some 2 ms here, and in that much longer there.
      return ['tsx', 'bench/main.ts', 'accuracy', '--runs', '3', '--start-ms', String(3 * factor)];
    case 'attacks':
      return [...vitest, '--project', 'attacks'];
  }
}

/** `npm run test:cgroup-v2`: a host with cgroup version 2 and systemd, in a virtual machine of our own making. */
const program = new Command('test:cgroup-v2')
  .description('boots a Debian virtual machine and runs the suites of the sandbox against its Docker engine')
  .addOption(new Option('--suites <names...>', 'some of them').choices(suites).default(suites))
  .option('--release <codename>', "Debian's, of the guest, such as sid; without it this machine's")
  .option('--rootless', "with an engine that is a user's, not root's")
  .option('--keep', 'leave it running, for commands of your own, until Ctrl-C')
  .argument('[arguments...]', 'further ones of vitest, such as a part of a file name')
  .action(run);

interface Options {
  readonly suites: readonly Suite[];
  readonly release?: string;
  readonly rootless?: boolean;
  readonly keep?: boolean;
}

async function run(more: readonly string[], options: Options): Promise<void> {
  const progress = createProgress(process.stdout);
  const { localDirectory } = describeCheckout(projectRoot);
  const name = `${options.release ?? 'installed'}${options.rootless ? '-rootless' : ''}`;
  const directory = join(localDirectory, 'cgroup-v2', name);
  const installer = createPackageInstaller(process.env, progress);
  const disk = await provideGuestDisk(directory, options, process.env, installer, progress);
  const guest = await bootGuest(directory, disk, process.env, installer, progress);
  const withdraw = onInterrupt(() => guest.stop());
  try {
    const environment = await prepare(guest, progress);
    for (const name of options.suites) {
      const code = await runSuite(name, more, environment);
      say(`${name}: ${code === 0 ? 'passed' : `ended with ${code}`}`);
      if (code !== 0) process.exitCode = 1;
    }
    if (options.keep === true) await kept(environment);
  } finally {
    progress.step('guest', 'shutting down');
    withdraw();
    await guest.stop();
    progress.done('guest', 'shut down');
  }
}

/** Puts the images into the engine, and measures it. @returns the variables by which tests find it. */
async function prepare(guest: Guest, progress: Progress): Promise<Record<string, string>> {
  const { dockerHost } = guest;
  const info = engineInfo.parse(await connectDocker(dockerAddress(dockerHost)).info());
  const engine = `Docker ${info.ServerVersion}, cgroup v${info.CgroupVersion} (${info.CgroupDriver}), Linux ${info.KernelVersion}`;
  if (info.CgroupVersion !== '2' || info.CgroupDriver !== 'systemd') {
    throw new Error(`The guest has not what is to be tested: ${engine}`);
  }
  progress.done('guest', engine);
  const environment = { ...process.env, DOCKER_HOST: dockerHost };
  const { image } = await provideServices({ only: ['image'], environment, progress });
  const log = (_fields: object, message: string) => progress.step('image', message);
  const quiet = () => undefined;
  const sandbox = await createSandbox({
    ...{
      docker: dockerAddress(dockerHost),
      image,
      poolSize: 1,
      cores: 1,
      hostId: `cgroup-v2-${process.pid}`,
    },
    log: { debug: quiet, info: log, warn: log, error: log },
  });
  try {
    const factor = await measureSlowness(sandbox);
    progress.done(
      'guest',
      `${factor} times slower than this machine: the tests' limits are that much longer`,
    );
    return { DOCKER_HOST: dockerHost, DOCKER_IMAGE: image, GRADER_TEST_TIME_FACTOR: String(factor) };
  } finally {
    await sandbox.close();
  }
}

async function runSuite(
  suite: Suite,
  more: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<number> {
  const [command = '', ...words] = commandOf(suite, Number(environment.GRADER_TEST_TIME_FACTOR), more);
  const child = spawn(join(projectRoot, 'node_modules', '.bin', command), words, {
    cwd: projectRoot,
    env: { ...process.env, ...environment },
    stdio: 'inherit',
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}

async function kept(environment: Readonly<Record<string, string>>): Promise<void> {
  const settings = Object.entries(environment).map(([variable, value]) => `${variable}=${value}`);
  say(`The guest goes on until Ctrl-C. For commands of your own: ${settings.join(' ')}`);
  await new Promise((resolve) => setInterval(resolve, 2 ** 31 - 1));
}

await runProgram(program);
