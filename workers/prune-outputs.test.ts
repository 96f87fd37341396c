import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLogger } from '../platform/process/logger.js';
import { createDirectoryOutputStore } from './output-store.js';
import { pruneOutputs, startPruning } from './prune-outputs.js';

const log = createLogger({ name: 'test', level: 'silent', format: 'json' });
const hourMs = 3_600_000;
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'outputs-'));
});

afterEach(async () => {
  await rm(directory, { recursive: true });
});

describe('pruning', () => {
  const bounds = { now: Date.now(), neededMs: 2 * hourMs, maxBytes: 100 };

  it('removes what is older than a day, but not what was put again', async () => {
    const store = createDirectoryOutputStore(directory);
    const [old, renewed] = [await store.put('old'), await store.put('renewed')];
    for (const { sha256 } of [old, renewed]) await age(sha256, 25);
    await store.put('renewed');
    expect(await pruneOutputs(directory, bounds)).toEqual({ removed: 1, bytes: 7 });
    expect(await store.get(old.sha256)).toBeUndefined();
    expect(await store.get(renewed.sha256)).toBe('renewed');
  });

  it('removes the oldest where all take too much', async () => {
    for (const hours of [5, 4, 3]) await output(`${hours} h`, 50, hours);
    expect(await pruneOutputs(directory, bounds)).toEqual({ removed: 1, bytes: 100 });
    expect((await readdir(directory)).sort()).toEqual(['3 h', '4 h']);
  });

  it('leaves what a running grading may need, however much it takes', async () => {
    for (const hours of [1.9, 1, 0]) await output(`${hours} h`, 500, hours);
    await output('3 h', 500, 3);
    expect(await pruneOutputs(directory, bounds)).toEqual({ removed: 1, bytes: 1500 });
  });
});

it('prunes at the start, and again and again', async () => {
  await output('before', 1, 25);
  const pruning = await startPruning({ directory, gradingDeadlineMs: 1, log, everyMs: 20 });
  expect(await readdir(directory)).toEqual([]);
  await output('later', 1, 25);
  await expect.poll(() => readdir(directory)).toEqual([]);
  await pruning.close();
  await output('last', 1, 25);
  await sleep(60);
  expect(await readdir(directory)).toEqual(['last']);
});

async function output(name: string, bytes: number, hours: number): Promise<void> {
  await writeFile(join(directory, name), 'x'.repeat(bytes));
  await age(name, hours);
}

async function age(name: string, hours: number): Promise<void> {
  const at = new Date(Date.now() - hours * hourMs);
  await utimes(join(directory, name), at, at);
}
