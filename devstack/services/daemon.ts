import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from './command.js';
import { lastLines } from './command.js';
import type { ProcessIdentity } from './process-identity.js';
import { identifyProcess, isAlive } from './process-identity.js';
import { ServiceError } from './service-error.js';
import type { ProcessRecord } from './state.js';
import { stopProcess } from './stop-process.js';

export interface DaemonSpec {
  readonly name: string;
  readonly command: Command;
  readonly environment: Readonly<Record<string, string>>;
  readonly workingDirectory: string;
  readonly logFile: string;
  readonly stopSignal: ProcessRecord['stopSignal'];
  /**
   * Files in which processes write their numbers, by name: the daemon's own where the spawned process may be a wrapper
   * (sudo), and those of helpers in sessions of their own, which would outlive the daemon's crash.
   */
  readonly pidFiles?: Readonly<Record<string, string>>;
  isReady(): Promise<boolean>;
}

const pollMs = 50;

/**
 * PostgreSQL reads all of its data again after a crash: minutes on a busy disk. A daemon that ended is noticed at once, so
 * this only ends a wait that never would.
 */
const readyTimeoutMs = 10 * 60_000;

/** Longer starts say what the daemon does. */
const silentMs = 10_000;

/**
 * Starts a process in a session of its own, so that neither Ctrl-C nor the end of this one touches it, and waits until
 * it does its work. `record` is called before the wait: a process is never alive and unknown to the state file.
 * @throws ServiceError with the end of its log when it dies or is not ready in time; it is stopped then.
 */
export async function startDaemon(
  spec: DaemonSpec,
  record: (process: ProcessRecord) => void,
  say: (text: string) => void,
): Promise<void> {
  const spawned = spawnDetached(spec);
  record(spawned);
  const deadline = Date.now() + readyTimeoutMs;
  let saidAt = Date.now();
  while (!(await spec.isReady())) {
    if (!isAlive(spawned)) throw failure(spec, 'ended during its start');
    if (Date.now() > deadline) {
      await stopProcess(spawned);
      throw failure(spec, `was not ready within ${readyTimeoutMs / 60_000} min`);
    }
    if (Date.now() > saidAt + silentMs) {
      saidAt = Date.now();
      say(`still starting: ${readLog(spec.logFile).split('\n').at(-1)}`);
    }
    await sleep(pollMs);
  }
  for (const [name, path] of Object.entries(spec.pidFiles ?? {})) {
    const identity = processOfPidFile(path);
    if (identity) record({ name, stopSignal: spec.stopSignal, ...identity });
  }
}

function spawnDetached(spec: DaemonSpec): ProcessRecord {
  mkdirSync(dirname(spec.logFile), { recursive: true });
  try {
    renameSync(spec.logFile, `${spec.logFile}.1`);
  } catch {
    // The first start.
  }
  const log = openSync(spec.logFile, 'a');
  const [command, ...commandArguments] = spec.command;
  const child = spawn(command, commandArguments, {
    env: { ...spec.environment },
    cwd: spec.workingDirectory,
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  // Without a listener it would end this process; the missing pid tells the same below.
  child.on('error', () => undefined);
  child.unref();
  const identity = child.pid === undefined ? undefined : identifyProcess(child.pid);
  if (identity === undefined) throw failure(spec, 'could not be started');
  return { name: spec.name, stopSignal: spec.stopSignal, ...identity };
}

/** Absent where a helper of the machine is used instead, such as its containerd. */
function processOfPidFile(path: string): ProcessIdentity | undefined {
  try {
    return identifyProcess(Number(readFileSync(path, 'utf8')));
  } catch {
    return undefined;
  }
}

function failure(spec: DaemonSpec, what: string): ServiceError {
  return new ServiceError(`${spec.name} ${what}. The end of its log:\n${lastLines(readLog(spec.logFile))}`, {
    remedy: `The whole log: ${spec.logFile}. Correct what it names, then run the command again.`,
  });
}

function readLog(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim() || '(it is empty)';
  } catch {
    return '(there is none)';
  }
}
