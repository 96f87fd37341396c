import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Command } from 'commander';
import { projectRoot } from '../project-root.js';
import { provideServices } from '../services/index.js';

/** `grader test`: provides the real services, then runs every test against them. */
export function addTestCommand(program: Command): void {
  program
    .command('test')
    .description('bring the services up and run all tests; further arguments go to vitest')
    .argument('[vitest...]', 'such as a part of a file name')
    .allowUnknownOption()
    .action(async (vitestArguments: string[]) => {
      const services = await provideServices();
      process.exitCode = await run([...projects(vitestArguments), ...vitestArguments], {
        // The launcher has built it from these sources.
        GRADER_TEST_BUILD: join(projectRoot, 'dist'),
        GRADER_TEST_AMQP_URL: services.amqpUrl,
        GRADER_TEST_DATABASE_URL: services.databaseUrl,
        GRADER_TEST_DOCKER_HOST: services.dockerHost,
        DOCKER_HOST: services.dockerHost,
        GRADER_TEST_IMAGE: services.image,
        GRADER_TEST_TEMPORAL_ADDRESS: services.temporalAddress,
        GRADER_TEST_NAMESPACE: services.namespace,
        GRADER_TEST_TEMPORAL_UI_URL: services.temporalUiUrl,
      });
    });
}

/** The attack suite takes minutes of its own, so it runs when asked for: `--project attacks`. */
function projects(vitestArguments: readonly string[]): readonly string[] {
  const isChosen = vitestArguments.some((argument) => argument.startsWith('--project'));
  return isChosen ? [] : ['--project', 'unit', '--project', 'integration', '--project', 'chaos'];
}

function run(vitestArguments: readonly string[], environment: Record<string, string>): Promise<number> {
  const vitest = join(projectRoot, 'node_modules', 'vitest', 'vitest.mjs');
  const child = spawn(process.execPath, [vitest, 'run', ...vitestArguments], {
    cwd: projectRoot,
    env: { ...process.env, ...environment },
    stdio: 'inherit',
  });
  const forward = (signal: NodeJS.Signals) => child.kill(signal);
  process.on('SIGINT', forward);
  process.on('SIGTERM', forward);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
