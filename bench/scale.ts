/** How soon operators' reading commands answer beside many gradings: first line of the answer, and its end. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { projectRoot } from '../devstack/project-root.js';
import { createBackendApi } from '../devstack/stack/backend-api.js';
import type { GradingStack } from '../devstack/stack/grading-stack.js';
import { renderTable } from '../platform/terminal/table.js';
import type { PlatformSize } from './fill-platform.js';
import { fillPlatform } from './fill-platform.js';

interface CommandTime {
  readonly command: string;
  readonly firstLineMs: number;
  readonly endMs: number;
  readonly exitStatus: number | null;
  readonly lines: number;
}

/** Required of reading commands: an end within 2 s, or the first line within 1 s; of sweeps an end within 30 s. */
const endWithinMs = 2000;
const firstLineWithinMs = 1000;
const sweepWithinMs = 30_000;
const givenUpAfterMs = 300_000;

const commands = [
  'status',
  'status --json',
  'recent',
  'recent --limit 200',
  'stats --since 30d',
  'errors --since 30d',
  'errors --since 30d --json',
  'doctor',
  'criteria',
  'mode show',
  'cutover status',
  'quarantine list',
  'parity',
  'replay --failed-step compile --since 30d --dry-run',
  'rejudge list',
  'sweep',
] as const;

/** @param size undefined where an earlier run has filled the platform. */
export async function measureScale(
  stack: GradingStack,
  size: PlatformSize | undefined,
  say: (line: string) => void,
): Promise<readonly CommandTime[]> {
  await Promise.all([stack.start('backend'), stack.start('bridge')]);
  if (size !== undefined) await fill(stack, size, say);
  const times: CommandTime[] = [];
  for (const command of commands) {
    const time = await timed(command, stack.environment);
    say(
      `${command}: first line ${seconds(time.firstLineMs)}, end ${seconds(time.endMs)}, exit status ${time.exitStatus}`,
    );
    times.push(time);
  }
  return times;
}

async function fill(stack: GradingStack, size: PlatformSize, say: (line: string) => void): Promise<void> {
  const problemId = await createBackendApi(stack.backendUrl).createProblem({
    title: 'Sum',
    test_cases: [{ input_data: '2 3\n', expected_output: '5\n' }],
  });
  await fillPlatform(stack, problemId, size, say);
}

function timed(command: string, environment: Readonly<Record<string, string>>): Promise<CommandTime> {
  const began = performance.now();
  const child = spawn(process.execPath, [join(projectRoot, 'dist/cli.js'), ...command.split(' ')], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: givenUpAfterMs,
  });
  let firstLineMs: number | undefined;
  let lines = 0;
  // Of which platform it speaks, a command says beforehand on standard error.
  child.stderr.resume();
  child.stdout.on('data', (chunk: Buffer) => {
    firstLineMs ??= performance.now() - began;
    lines += chunk.toString().split('\n').length - 1;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exitStatus) => {
      const endMs = performance.now() - began;
      resolve({ command, firstLineMs: firstLineMs ?? endMs, endMs, exitStatus, lines });
    });
  });
}

export function renderScale(times: readonly CommandTime[]): string {
  return renderTable(
    ['command', 'first line', 'end', 'lines', 'exit status', ''],
    times.map((time) => [
      time.command,
      seconds(time.firstLineMs),
      seconds(time.endMs),
      time.lines,
      time.exitStatus ?? 'given up',
      isInTime(time) ? '' : 'too slow',
    ]),
  );
}

export function areInTime(times: readonly CommandTime[]): boolean {
  return times.every(isInTime);
}

function isInTime({ command, firstLineMs, endMs, exitStatus }: CommandTime): boolean {
  if (exitStatus === null) return false;
  if (command.startsWith('sweep')) return endMs <= sweepWithinMs;
  return endMs <= endWithinMs || firstLineMs <= firstLineWithinMs;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}
