import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { projectRoot } from '../project-root.js';

export interface ManagedProcessOptions {
  readonly name: string;
  /** Built script, absolute or relative to the project root. */
  readonly script: string;
  readonly nodeFlags?: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Where a `.env` file is looked for; the project root by default. */
  readonly workingDirectory?: string;
  readonly logFile: string;
  /** Answers 200 once the process does its work. */
  readonly readyUrl: string;
  readonly readyTimeoutMs: number;
}

/** One of our processes, run as a child with its output in a log file. */
export interface ManagedProcess {
  readonly name: string;
  readonly pid: number;
  readonly exited: Promise<number | null>;
  readonly readyUrl: string;
  ready(): Promise<void>;
  kill(signal: NodeJS.Signals): void;
  /** SIGTERM, then SIGKILL after `graceMs`. */
  stop(graceMs?: number): Promise<void>;
}

/** @throws when the process cannot be spawned at all; a later death shows in `exited` and `ready()`. */
export function startManagedProcess(options: ManagedProcessOptions): ManagedProcess {
  mkdirSync(dirname(options.logFile), { recursive: true });
  const log = openSync(options.logFile, 'a');
  const flags = ['--enable-source-maps', ...(options.nodeFlags ?? [])];
  const child = spawn(process.execPath, [...flags, resolve(projectRoot, options.script)], {
    cwd: options.workingDirectory ?? projectRoot,
    env: { ...process.env, ...options.environment },
    stdio: ['ignore', log, log],
    detached: true,
  });
  closeSync(log);
  if (child.pid === undefined) throw new Error(`${options.name} could not be started (${options.script})`);
  const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  return {
    name: options.name,
    pid: child.pid,
    exited,
    readyUrl: options.readyUrl,
    ready: () => untilReady(child, options),
    kill: (signal) => {
      child.kill(signal);
    },
    async stop(graceMs = 20_000) {
      if (hasEnded(child)) return;
      child.kill('SIGTERM');
      const ended = await Promise.race([exited.then(() => true), sleep(graceMs, false, { ref: false })]);
      if (ended) return;
      child.kill('SIGKILL');
      await exited;
    },
  };
}

async function untilReady(child: ChildProcess, options: ManagedProcessOptions): Promise<void> {
  const deadline = Date.now() + options.readyTimeoutMs;
  for (;;) {
    if (hasEnded(child)) throw notReady(`ended with exit code ${child.exitCode}`, options);
    if (await answersOk(options.readyUrl)) return;
    if (Date.now() > deadline) {
      throw notReady(`was not ready after ${options.readyTimeoutMs / 1000} s`, options);
    }
    await sleep(100);
  }
}

async function answersOk(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(1000) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

function notReady(what: string, options: ManagedProcessOptions): Error {
  const lastLines = readFileSync(options.logFile, 'utf8').trimEnd().split('\n').slice(-8).join('\n  ');
  return new Error(
    `The ${options.name} ${what}. Its log ends with:\n  ${lastLines}\nWhole log: ${options.logFile}`,
  );
}
