import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { createLogger } from '../../platform/process/logger.js';
import { replaceFile } from '../../platform/process/replace-file.js';
import { loadSettings } from '../../platform/settings/settings.js';
import { onInterrupt } from '../../platform/terminal/interrupt.js';
import { openSandbox } from '../../workers/open-sandbox.js';
import { projectRoot } from '../project-root.js';
import { provideBrowser } from '../services/browser.js';
import { describeCheckout } from '../services/checkout.js';
import type { ServiceAddresses } from '../services/index.js';
import { provideServices } from '../services/index.js';
import { processesGiven } from '../services/leftover-processes.js';
import { createPackageInstaller } from '../services/packages.js';
import { createProgress } from '../services/progress.js';
import { stopProcess } from '../services/stop-process.js';

const servicesFileVariable = 'GRADER_TEST_SERVICES_FILE';

/** A slow machine compiles the headers in minutes. */
const warmImageTimeoutMs = 10 * 60_000;

/** `grader test`: provides the real services, and runs the tests against them; those that need none run meanwhile. */
export function addTestCommand(program: Command): void {
  program
    .command('test')
    .description('run the tests; further arguments go to vitest')
    .option('--all', 'the long ones too (an hour), as before a release')
    .argument('[vitest...]', 'such as a part of a file name')
    .allowUnknownOption()
    .action(async (vitestArguments: string[], { all = false }: { all?: boolean }) => {
      const servicesFile = join(
        describeCheckout(projectRoot).localDirectory,
        `test-services-${process.pid}.json`,
      );
      const vitest = startVitest([...projects(vitestArguments, all), ...vitestArguments], {
        // The launcher has built it from these sources.
        GRADER_TEST_BUILD: join(projectRoot, 'dist'),
        [servicesFileVariable]: servicesFile,
        ...(all ? { GRADER_TEST_ALL: '1' } : {}),
      });
      const ended = exitCode(vitest);
      let areServicesUp = false;
      onInterrupt(async () => {
        signalGroup(vitest, 'SIGTERM');
        if (areServicesUp) await ended;
        await endStacks(servicesFile);
        rmSync(servicesFile, { force: true });
      });
      try {
        let browser: ReturnType<typeof browserFor> | undefined;
        const services = await provideServices({
          onServices: (withoutImage) => {
            replaceFile(servicesFile, JSON.stringify(variables(withoutImage)));
            areServicesUp = true;
            // Beside the making of the image.
            browser = browserFor(vitestArguments);
            browser.catch(() => undefined);
          },
        });
        await makeWarmImage(services);
        replaceFile(servicesFile, JSON.stringify({ ...variables(services), ...(await browser) }));
        process.exitCode = await ended;
      } catch (error) {
        signalGroup(vitest, 'SIGTERM');
        await ended;
        throw error;
      } finally {
        await endStacks(servicesFile);
        rmSync(servicesFile, { force: true });
      }
    });
}

/** Workers and bridges of tests that were cut off: each is in a session of its own, which no signal to vitest reaches. */
async function endStacks(servicesFile: string): Promise<void> {
  const left = processesGiven(servicesFileVariable, servicesFile);
  await Promise.all(left.map((it) => stopProcess({ name: 'test stack', stopSignal: 'SIGTERM', ...it })));
}

/** Only for the tests of the web console, or all of them: it is a large package. */
async function browserFor(vitestArguments: readonly string[]): Promise<Record<string, string>> {
  const files = vitestArguments.filter(
    (argument, index) => !/^-/.test(argument) && !/^--project$/.test(vitestArguments[index - 1] ?? ''),
  );
  if (files.length > 0 && !files.some((file) => file.includes('console'))) return {};
  const packages = createPackageInstaller(process.env, createProgress(process.stdout));
  return { GRADER_TEST_BROWSER: await provideBrowser(packages) };
}

/** Before the tests that need it: made beside them, it takes longer than their time-outs. */
async function makeWarmImage({ dockerHost, image }: ServiceAddresses): Promise<void> {
  const settings = loadSettings({
    DOCKER_HOST: dockerHost,
    DOCKER_IMAGE: image,
    CONTAINER_POOL_SIZE: '1',
    HOST_ID: `warm-image-${process.pid}`,
  });
  const sandbox = await openSandbox(
    settings,
    createLogger({ name: 'test', level: 'silent', format: 'json' }),
  );
  try {
    const signal = AbortSignal.timeout(warmImageTimeoutMs);
    const { leaseId } = await sandbox.acquire({ submissionId: 0, signal });
    await sandbox.release(leaseId);
  } finally {
    await sandbox.close();
  }
}

/** The attack suite takes minutes of its own, and so does a system in containers, which needs an engine with a network. */
function projects(vitestArguments: readonly string[], all: boolean): readonly string[] {
  const isChosen = vitestArguments.some((argument) => argument.startsWith('--project'));
  if (isChosen) return [];
  const always = ['unit', 'integration', 'integration-runtime', 'integration-alone', 'chaos'];
  const chosen = all
    ? [...always, 'integration-long', 'attacks', ...(canCompose() ? ['compose'] : []), ...systemd()]
    : always;
  return chosen.flatMap((project) => ['--project', project]);
}

function systemd(): readonly string[] {
  if (process.getuid?.() === 0) return ['systemd'];
  process.stdout.write('Left out: test/systemd. It boots a Debian system, which only root may.\n');
  return [];
}

function canCompose(): boolean {
  const can = Boolean(process.env.DOCKER_HOST) || existsSync('/var/run/docker.sock');
  if (!can) {
    process.stdout.write(
      'Left out: test/compose. The private Docker engine has no network; set DOCKER_HOST to an engine that has.\n',
    );
  }
  return can;
}

function variables(services: ServiceAddresses): Record<string, string> {
  return {
    GRADER_TEST_AMQP_URL: services.amqpUrl,
    GRADER_TEST_DATABASE_URL: services.databaseUrl,
    GRADER_TEST_DOCKER_HOST: services.dockerHost,
    DOCKER_HOST: services.dockerHost,
    // Tests in the sandbox wait for it.
    ...(services.image ? { GRADER_TEST_IMAGE: services.image } : {}),
    GRADER_TEST_TEMPORAL_ADDRESS: services.temporalAddress,
    GRADER_TEST_NAMESPACE: services.namespace,
    GRADER_TEST_TEMPORAL_UI_URL: services.temporalUiUrl,
  };
}

function startVitest(
  vitestArguments: readonly string[],
  environment: Readonly<Record<string, string>>,
): ChildProcess {
  const program = join(projectRoot, 'node_modules', 'vitest', 'vitest.mjs');
  return spawn(process.execPath, [program, 'run', ...vitestArguments], {
    cwd: projectRoot,
    env: { ...process.env, ...environment },
    stdio: 'inherit',
    // A group of its own, which a signal ends with all its forks.
    detached: true,
  });
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  const hasEnded = child.exitCode !== null || child.signalCode !== null;
  if (child.pid !== undefined && !hasEnded) process.kill(-child.pid, signal);
}

function exitCode(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
