import { realpathSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import which from 'which';
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
  const { environment: env, cwd, timeoutMs: timeout, onLine } = options;
  const child = execa(program, programArguments, {
    ...{ env, extendEnv: false, ...(cwd === undefined ? {} : { cwd }) },
    ...{ stdin: 'ignore', all: true, stripFinalNewline: false, reject: false },
    ...{ killSignal: 'SIGKILL', ...(timeout === undefined ? {} : { timeout }) },
  });
  // A line also ends where a progress display goes back to its beginning.
  if (onLine) createInterface({ input: child.all }).on('line', (line) => line !== '' && onLine(line));
  const { failed, all: output, signal, exitCode, originalMessage } = await child;
  if (!failed) return output;
  const end = signal ?? exitCode;
  const outcome = end === undefined ? originalMessage : `ended with ${end}`;
  throw new ServiceError(`${command.join(' ')} ${outcome}:\n${lastLines(output)}`);
}

export function lastLines(text: string, count = 12): string {
  const lines = text.trimEnd().split('\n').slice(-count);
  return lines.map((line) => `    ${line}`).join('\n');
}

/** The program's path with links followed, or undefined. Looks in sbin too, which an ordinary user's PATH lacks. */
export function findProgram(name: string, environment: NodeJS.ProcessEnv): string | undefined {
  const path = which.sync(name, { path: searchPath(environment), nothrow: true });
  return path === null ? undefined : realpathSync(path);
}

/**
 * What a service inherits: enough to run and to reach a proxy, and none of the caller's settings of that service. By the
 * last name an interrupted `./grader test` finds the services that a test started for itself.
 */
export function serviceEnvironment(
  environment: NodeJS.ProcessEnv,
  more: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const inherited = Object.entries(environment).flatMap(([name, value]) =>
    value !== undefined &&
    /^(HOME|USER|TMPDIR|SSL_CERT_\w+|NODE_EXTRA_CA_CERTS|(REQUESTS|CURL)_CA_BUNDLE|(https?|no)_proxy|GRADER_TEST_SERVICES_FILE)$/i.test(
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
