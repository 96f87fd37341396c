import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withLock } from './lock.js';
import { identifyProcess } from './process-identity.js';

describe('the lock of a checkout', () => {
  let directory = '';
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'grader-lock-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it('is held while the work runs and gone afterwards, even when the work fails', async () => {
    const path = join(directory, 'lock');
    let during: string[] = [];
    const failing = withLock(
      path,
      1000,
      () => undefined,
      async () => {
        during = readdirSync(directory);
        throw new Error('work failed');
      },
    );
    await expect(failing).rejects.toThrow('work failed');
    expect(during).toEqual(['lock']);
    expect(readdirSync(directory)).toEqual([]);
  });

  it('is taken over from a process that died', async () => {
    const path = join(directory, 'lock');
    writeFileSync(path, JSON.stringify({ pid: process.pid, startTicks: 1 }));
    await expect(
      withLock(
        path,
        1000,
        () => undefined,
        async () => 'done',
      ),
    ).resolves.toBe('done');
    expect(readdirSync(directory)).toEqual([]);
  });

  it('makes others wait, tells them for whom, and gives up in the end', async () => {
    const path = join(directory, 'lock');
    writeFileSync(path, JSON.stringify(identifyProcess(process.pid)));
    const holders: number[] = [];
    const waiting = withLock(
      path,
      300,
      (pid) => holders.push(pid),
      async () => 'done',
    );
    await expect(waiting).rejects.toThrow(/too long/);
    expect(holders).toEqual([process.pid]);
    const patient = withLock(
      path,
      5000,
      () => undefined,
      async () => 'done',
    );
    await sleep(50);
    rmSync(path);
    await expect(patient).resolves.toBe('done');
  });

  it.each(['', '{"pid":', '{"pid":1}', 'null'])(
    'is taken over from a file that names nobody: %j',
    async (content) => {
      const path = join(directory, 'lock');
      writeFileSync(path, content);
      const taking = withLock(
        path,
        300,
        () => undefined,
        async () => 'done',
      );
      await expect(taking).resolves.toBe('done');
      expect(readdirSync(directory)).toEqual([]);
    },
  );
});
