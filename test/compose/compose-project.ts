import { execFile } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import getPort from 'get-port';
import { z } from 'zod';
import { dockerAddress } from '../../sandbox/docker.js';

export interface ComposeService {
  readonly Service: string;
  readonly Name: string;
  readonly State: string;
  /** Empty where there is no health check. */
  readonly Health: string;
}

/**
 * docker-compose.yml under a project name, secrets and loopback ports of the test's own, so that a system that runs
 * on the same engine is left alone.
 */
export interface ComposeProject {
  readonly name: string;
  readonly backendUrl: string;
  readonly temporalAddress: string;
  readonly uiUrl: string;
  readonly consoleUrl: string;
  readonly consoleToken: string;
  /** What init-env.sh made up; none of it may be seen anywhere. */
  readonly passwords: readonly string[];
  compose(...words: string[]): Promise<string>;
  /** What a person sees of it, and its exit status. */
  typed(...words: string[]): Promise<{ readonly status: number; readonly text: string }>;
  /** The same on deploy/compose/attach.yml, with these variables besides. */
  attached(variables: Readonly<Record<string, string>>, ...words: string[]): Promise<string>;
  services(): Promise<ComposeService[]>;
  remove(): Promise<void>;
}

/** As execFile rejects for a program that ended with something else than 0. */
const endedSchema = z.object({ code: z.number(), stdout: z.string(), stderr: z.string() });
const composeTimeoutMs = 1_200_000;
const run = promisify(execFile);

export async function createComposeProject(): Promise<ComposeProject> {
  const name = `grading-test-${process.pid}`;
  const directory = mkdtempSync(join(tmpdir(), 'compose-test-'));
  const envFile = join(directory, 'env');
  const socket = dockerSocket();
  await run('sh', ['deploy/compose/init-env.sh', envFile], {
    env: { ...process.env, DOCKER_SOCKET: socket },
  });
  const made = readFileSync(envFile, 'utf8');
  const passwords = [...made.matchAll(/^\w+_(?:PASSWORD|TOKEN)=(.+)$/gm)].map(([, value]) => String(value));
  const ports = {
    backend: await getPort(),
    temporal: await getPort(),
    ui: await getPort(),
    console: await getPort(),
  };
  appendFileSync(
    envFile,
    [
      `DOCKER_SOCKET=${socket}`,
      `BACKEND_PORT=${ports.backend}`,
      `TEMPORAL_PORT=${ports.temporal}`,
      `TEMPORAL_UI_PORT=${ports.ui}`,
      `RABBITMQ_CONSOLE_PORT=${await getPort()}`,
      `CONSOLE_PUBLISHED_PORT=${ports.console}`,
      '',
    ].join('\n'),
  );

  const call = async (file: string, project: string, words: string[], env: NodeJS.ProcessEnv) => {
    const fixed = ['compose', '--env-file', envFile, '--project-name', project, '--file', file];
    return run('docker', [...fixed, ...words], {
      env,
      timeout: composeTimeoutMs,
      maxBuffer: 64 * 2 ** 20,
    });
  };
  const main = (words: string[]) => call('docker-compose.yml', name, words, process.env);
  const compose = async (...words: string[]) => (await main(words)).stdout;
  const attached = async (variables: Readonly<Record<string, string>>, ...words: string[]) => {
    const env = { ...process.env, ...variables };
    return (await call('deploy/compose/attach.yml', `${name}-attached`, words, env)).stdout;
  };
  return {
    name,
    backendUrl: `http://127.0.0.1:${ports.backend}`,
    temporalAddress: `127.0.0.1:${ports.temporal}`,
    uiUrl: `http://127.0.0.1:${ports.ui}`,
    consoleUrl: `http://127.0.0.1:${ports.console}`,
    consoleToken: /^CONSOLE_TOKEN=(.+)$/m.exec(made)?.[1] ?? '',
    passwords,
    compose,
    async typed(...words) {
      try {
        const { stdout, stderr } = await main(words);
        return { status: 0, text: `${stderr}${stdout}` };
      } catch (error) {
        const { code, stdout, stderr } = endedSchema.parse(error);
        return { status: code, text: `${stderr}${stdout}` };
      }
    },
    attached,
    async services() {
      const lines = (await compose('ps', '--all', '--format', 'json')).trim().split('\n');
      return lines.map((line): ComposeService => JSON.parse(line));
    },
    async remove() {
      await compose('--profile', 'console', 'down', '--volumes', '--remove-orphans', '--timeout', '30');
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

export async function docker(...words: string[]): Promise<string> {
  const { stdout } = await run('docker', words, { timeout: 60_000, maxBuffer: 64 * 2 ** 20 });
  return stdout.trim();
}

export function dockerSocket(): string {
  const address = dockerAddress(process.env.DOCKER_HOST);
  if ('socketPath' in address) return address.socketPath;
  throw new Error(
    `DOCKER_HOST is ${process.env.DOCKER_HOST}. The workers take the engine's socket: use unix:///path/to/it.`,
  );
}
