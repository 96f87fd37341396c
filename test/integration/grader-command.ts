import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { projectRoot } from '../../devstack/project-root.js';

export interface CommandResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `grader …` as an operator would, with the given settings. */
export function runGrader(
  words: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<CommandResult> {
  const child = spawn(process.execPath, [join(projectRoot, 'dist/cli/main.js'), ...words], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, stdout, stderr }));
  });
}

export interface TimedResult extends CommandResult {
  readonly firstOutputMs: number;
  readonly endedMs: number;
}

/** Runs a command with the clock in hand; after `limitMs` it is killed, and its status is null. */
export function startGrader(
  words: readonly string[],
  environment: Readonly<Record<string, string>>,
  limitMs: number,
): Promise<TimedResult> {
  const beganAt = performance.now();
  const child = spawn(process.execPath, [join(projectRoot, 'dist/cli/main.js'), ...words], {
    cwd: projectRoot,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { stdout: '', stderr: '' };
  let firstOutputMs = Number.POSITIVE_INFINITY;
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].on('data', (chunk: Buffer) => {
      firstOutputMs = Math.min(firstOutputMs, Math.round(performance.now() - beganAt));
      said[stream] += chunk.toString();
    });
  }
  const limit = setTimeout(() => child.kill('SIGKILL'), limitMs);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => {
      clearTimeout(limit);
      resolve({ ...said, status, firstOutputMs, endedMs: Math.round(performance.now() - beganAt) });
    });
  });
}
