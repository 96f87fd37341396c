import { spawn } from 'node:child_process';
import { accessSync, constants, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { ServiceError } from './service-error.js';

export interface CommandOptions {
  readonly environment: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly timeoutMs?: number;
  /** Each line of output as it comes. */
  readonly onLine?: (line: string) => void;
}

/** A program and its arguments. */
export type Command = readonly [string, ...string[]];

/** Runs a program to its end. @returns its output, stderr included. @throws ServiceError with the output's last lines. */
export async function runCommand(command: Command, options: CommandOptions): Promise<string> {
  const [program, ...programArguments] = command;
  const child = spawn(program, programArguments, {
    env: options.environment,
    cwd: options.cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // Not spawn's own timeout: its timer outlives a program that is not there.
  const timer =
    options.timeoutMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), options.timeoutMs);
  let output = '';
  let partial = '';
  const collect = (chunk: string) => {
    output += chunk;
    const lines = (partial + chunk).split(/[\r\n]+/);
    partial = lines.pop() ?? '';
    for (const line of lines) options.onLine?.(line);
  };
  child.stdout.setEncoding('utf8').on('data', collect);
  child.stderr.setEncoding('utf8').on('data', collect);
  const outcome = await new Promise<string | undefined>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(code === 0 ? undefined : `ended with ${signal ?? code}`));
  });
  clearTimeout(timer);
  if (outcome === undefined) return output;
  throw new ServiceError(`${command.join(' ')} ${outcome}:\n${lastLines(output)}`);
}

export function lastLines(text: string, count = 12): string {
  const lines = text.trimEnd().split('\n').slice(-count);
  return lines.map((line) => `    ${line}`).join('\n');
}

/** The program's path with links followed, or undefined. Looks in sbin too, which an ordinary user's PATH lacks. */
export function findProgram(name: string, environment: NodeJS.ProcessEnv): string | undefined {
  for (const directory of searchPath(environment).split(':')) {
    const path = join(directory, name);
    try {
      accessSync(path, constants.X_OK);
      return realpathSync(path);
    } catch {
      // Not here.
    }
  }
  return undefined;
}

/** What a service inherits: enough to run and to reach a proxy, and none of the caller's settings of that service. */
export function serviceEnvironment(
  environment: NodeJS.ProcessEnv,
  more: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const inherited = Object.entries(environment).flatMap(([name, value]) =>
    value !== undefined &&
    /^(HOME|USER|TMPDIR|SSL_CERT_\w+|NODE_EXTRA_CA_CERTS|(REQUESTS|CURL)_CA_BUNDLE|(https?|no)_proxy)$/i.test(
      name,
    )
      ? [[name, value] as const]
      : [],
  );
  return { ...Object.fromEntries(inherited), PATH: searchPath(environment), LANG: 'C.UTF-8', ...more };
}

export interface RootAccess {
  /** Words to put before a command so that it runs as root. */
  readonly prefix: readonly string[];
}

/** The command behind the words that change its user or its environment. */
export function prefixed(prefix: readonly string[], command: Command): Command {
  const [first, ...rest] = prefix;
  return first === undefined ? command : [first, ...rest, ...command];
}

/** @returns undefined when root's rights cannot be had without a question nobody would answer. */
export async function findRootAccess(environment: NodeJS.ProcessEnv): Promise<RootAccess | undefined> {
  if (process.getuid?.() === 0) return { prefix: [] };
  const sudo = findProgram('sudo', environment);
  if (sudo === undefined) return undefined;
  try {
    await runCommand([sudo, '-n', 'true'], { environment, timeoutMs: 5_000 });
    return { prefix: [sudo, '-n'] };
  } catch {
    return undefined;
  }
}

function searchPath(environment: NodeJS.ProcessEnv): string {
  return `${environment.PATH ?? '/usr/local/bin:/usr/bin:/bin'}:/usr/local/sbin:/usr/sbin:/sbin`;
}
