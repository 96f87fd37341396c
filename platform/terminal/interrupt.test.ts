import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';

const timeoutMs = 60_000;

/** A command that has something to say when it is interrupted. */
const command = `
import { endOnInterrupt, onInterrupt, sayItGoesOn } from '${new URL('./interrupt.ts', import.meta.url).href}';
endOnInterrupt();
sayItGoesOn('set 7', 'grader rejudge cancel 7');
onInterrupt(async () => {
  await new Promise((resolve) => setTimeout(resolve, 50));
  console.error('stopped');
});
setInterval(() => console.log('line'), 5);
`;
const words = ['--import', 'tsx', '--input-type=module', '-e', command];

it.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)(
  'stops what it started, says what goes on, and ends as a shell shows %s',
  async (signal, status) => {
    const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    await once(child.stdout, 'data');
    child.kill(signal);
    expect(await once(child, 'close')).toEqual([status, null]);
    expect(said).toBe('stopped\nset 7 goes on. End it with: grader rejudge cancel 7\n');
  },
  timeoutMs,
);

it(
  'ends quietly, and all the same, when the reader of its output leaves',
  async () => {
    const line = `"$@" | head -1; echo "status \${PIPESTATUS[0]}"`;
    const child = spawn('bash', ['-c', line, 'bash', process.execPath, ...words], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let printed = '';
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    await once(child, 'close');
    expect(printed).toBe('line\nstatus 141\n');
    expect(said).toBe('stopped\nset 7 goes on. End it with: grader rejudge cancel 7\n');
  },
  timeoutMs,
);
