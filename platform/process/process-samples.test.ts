import { appendFile, mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ActionableError } from './actionable-error.js';
import { createLogger } from './logger.js';
import { readSamples, startSampling } from './process-samples.js';

let directory: string;
let logged = '';
const destination = {
  write(text: string) {
    logged += text;
  },
};
const log = createLogger({ name: 'test', level: 'warn', format: 'json', destination });

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'samples-'));
  logged = '';
});
afterEach(() => rm(directory, { recursive: true }));

it('keeps what a process was like at its start and at its end', async () => {
  const inner = join(directory, 'made-on-demand');
  const began = Date.now();
  const sampling = startSampling({ platform: 'here', directory: inner, process: 'bridge', host: 'a-1', log });
  await sampling.close();
  const { samples, unreadable } = await readSamples([inner, join(directory, 'missing')], new Date(began));
  expect(samples.length).toBe(2);
  expect(unreadable).toBe(0);
  expect(samples[0]).toMatchObject({ process: 'bridge', host: 'a-1', pid: process.pid });
  expect(samples[0]?.residentBytes).toBeGreaterThan(1e7);
  expect(samples[0]?.machine.allSeconds).toBeGreaterThan(samples[0]?.machine.busySeconds ?? 0);
});

it('reads past a line that was cut off, and leaves out what is older', async () => {
  const sampling = startSampling({ platform: 'here', directory, process: 'worker', host: 'a', log, worker });
  await sampling.close();
  const [name = ''] = await readdir(directory);
  await appendFile(join(directory, name), '{"at":17');
  const all = await readSamples([directory], new Date(Date.now() - 60_000));
  expect(all).toMatchObject({ unreadable: 1, samples: [{ worker: worker() }, { worker: worker() }] });
  expect((await readSamples([directory], new Date(Date.now() + 1))).samples).toEqual([]);
});

it('are for their owner alone, and are read from no link', async () => {
  const inner = join(directory, 'made-on-demand');
  await startSampling({
    platform: 'here',
    directory: inner,
    process: 'worker',
    host: 'a',
    log,
    worker,
  }).close();
  const [name = ''] = await readdir(inner);
  expect((await stat(inner)).mode & 0o777).toBe(0o700);
  expect((await stat(join(inner, name))).mode & 0o777).toBe(0o600);
  const elsewhere = join(directory, 'elsewhere');
  await mkdir(elsewhere);
  await symlink(join(inner, name), join(elsewhere, name));
  const read = await readSamples([elsewhere], new Date(Date.now() - 60_000));
  expect(read).toEqual({ samples: [], unreadable: 1 });
});

it('removes its files after a week, and no other file', async () => {
  const old = 'worker-a-2026-01-01.jsonl';
  const recent = `worker-a-${new Date(Date.now() - 6 * 86_400_000).toISOString().slice(0, 10)}.jsonl`;
  for (const name of [old, recent, 'notes-2026-01-01.txt']) await writeFile(join(directory, name), '');
  await startSampling({ platform: 'here', directory, process: 'bridge', host: 'a', log }).close();
  const names = await readdir(directory);
  expect(names).not.toContain(old);
  expect(names).toEqual(expect.arrayContaining([recent, 'notes-2026-01-01.txt']));
});

it('tells once that it cannot write, and harms nobody', async () => {
  await writeFile(join(directory, 'a-file'), '');
  const sampling = startSampling({
    platform: 'here',
    directory: join(directory, 'a-file'),
    process: 'bridge',
    host: 'a',
    log,
  });
  await sampling.close();
  expect(logged.match(/no samples are kept/g)).toHaveLength(1);
});

function worker() {
  return {
    pool: { size: 2, free: 1, leased: 1, broken: 0, canMake: true },
    waitingToRun: 0,
    verdicts: 3,
    containers: { taken: 3, late: 0, failed: 0 },
    posts: { taken: 3, failed: 0 },
  };
}

it('leaves out what another platform of the host has written to the same directory', async () => {
  const since = new Date(Date.now() - 60_000);
  for (const platform of ['here', 'there']) {
    await startSampling({ platform, directory, process: 'bridge', host: 'shared', log }).close();
  }
  const count = async (platform?: string) => {
    const { samples } = await readSamples([directory], since, platform);
    return samples.filter(({ host }) => host === 'shared').length;
  };
  expect(await count()).toBe(4);
  expect(await count('here')).toBe(2);
});

it('names a file in the place of a directory of samples', async () => {
  await expect(readSamples(['/etc/hostname'], new Date())).rejects.toThrow(
    /^Cannot read the samples in \/etc\/hostname: ENOTDIR/,
  );
  await expect(readSamples(['/etc/hostname'], new Date())).rejects.toBeInstanceOf(ActionableError);
});
