import type { ChildProcess } from 'node:child_process';
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../../devstack/project-root.js';

export interface CommandResult {
  /** None of a command that was ended as too slow. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface TimedResult extends CommandResult {
  /** Since it began, its program loaded. */
  readonly firstOutputMs: number;
  readonly endedMs: number;
}

/** Processes that wait for a command: as many as a file has run at once, and one from file to file. */
const idle: ChildProcess[] = [];
const patienceMs = 240_000;

/**
 * Runs `grader …` as an operator would, with the given settings. Its process has run other commands before: where the
 * process is what is tested, `startGrader` makes one.
 */
export async function runGrader(
  words: readonly string[],
  environment: Readonly<Record<string, string>>,
  limitMs = patienceMs,
): Promise<TimedResult> {
  const host = idle.pop() ?? (await startHost());
  return new Promise((resolve, reject) => {
    const limit = setTimeout(() => {
      host.removeAllListeners();
      host.kill('SIGKILL');
      resolve({ status: null, stdout: '', stderr: '', firstOutputMs: limitMs, endedMs: limitMs });
    }, limitMs);
    const onExit = (code: number | null) => {
      clearTimeout(limit);
      reject(new Error(`grader ${words.join(' ')} ended its process without an answer: ${code}`));
    };
    host.once('exit', onExit);
    host.once('message', ({ isLast, ...result }: TimedResult & { readonly isLast: boolean }) => {
      clearTimeout(limit);
      host.off('exit', onExit);
      if (!isLast) idle.push(host);
      resolve(result);
    });
    host.send({ words, environment: { ...process.env, ...environment } });
  });
}

/** After each file: they take memory that others need. */
export function leaveOneHost(): void {
  for (const host of idle.splice(1)) host.kill();
}

async function startHost(): Promise<ChildProcess> {
  const host = fork(join(import.meta.dirname, 'command-host.mjs'), [join(projectRoot, 'dist')], {
    // Without a .env of the checkout.
    cwd: tmpdir(),
    execArgv: [],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  await once(host, 'message');
  // It leaves when this process has gone.
  host.unref();
  host.channel?.unref();
  return host;
}

/** Runs a command in a process of its own. */
export async function startGrader(
  words: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<CommandResult> {
  const child = spawn(process.execPath, [join(projectRoot, 'dist/cli.js'), ...words], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: patienceMs,
    killSignal: 'SIGKILL',
  });
  const said = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].on('data', (chunk: Buffer) => {
      said[stream] += chunk.toString();
    });
  }
  const [status] = (await once(child, 'close')) as [number | null];
  return { ...said, status };
}
