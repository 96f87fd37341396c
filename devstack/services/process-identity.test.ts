import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { identifyProcess, isAlive, parseStat, processFamily } from './process-identity.js';

describe('the identity of a process', () => {
  it('reads the fields behind a command name with blanks and brackets', () => {
    const stat = `42 (a) b (c) S 7 42 40 0 -1 4194304 1 0 0 0 5 6 0 0 20 0 1 0 98765 1000 2`;
    expect(parseStat(42, stat)).toEqual({
      pid: 42,
      isRunning: true,
      parent: 7,
      session: 40,
      startTicks: 98765,
    });
  });

  it('counts a zombie as running while it has other threads, which hold its ports', () => {
    const zombie = (threads: number) =>
      `42 (beam.smp) Z 7 42 40 0 -1 4 1 0 0 0 5 6 0 0 20 0 ${threads} 0 98765 0 2`;
    expect(parseStat(42, zombie(3)).isRunning).toBe(true);
    expect(parseStat(42, zombie(1)).isRunning).toBe(false);
  });

  it('does not take a later process with the same number for the recorded one', () => {
    const self = identifyProcess(process.pid);
    expect(self && isAlive(self)).toBe(true);
    expect(isAlive({ pid: process.pid, startTicks: (self?.startTicks ?? 0) - 1 })).toBe(false);
  });

  it('finds the members of a session, and none once they ended', async () => {
    const child = spawn('sh', ['-c', 'sleep 30 & wait'], { detached: true, stdio: 'ignore' });
    const pid = child.pid ?? 0;
    await expect.poll(() => processFamily(pid).length).toBe(1);
    process.kill(-pid, 'SIGKILL');
    await once(child, 'exit');
    await expect.poll(() => processFamily(pid).length).toBe(0);
    expect(identifyProcess(pid)).toBeUndefined();
  });
});
