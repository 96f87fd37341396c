import { mkdtemp, readdir, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDirectoryOutputStore } from './output-store.js';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'outputs-'));
});

afterEach(async () => {
  await rm(directory, { recursive: true });
});

describe('the output directory', () => {
  it('gives back what was put, under its hash, with a beginning to show', async () => {
    const store = createDirectoryOutputStore(join(directory, 'made-on-demand'));
    const text = '🐎'.repeat(3000);
    const reference = await store.put(text);
    expect(reference).toMatchObject({ bytes: 12_000, preview: '🐎'.repeat(200) });
    expect(await store.get(reference.sha256)).toBe(text);
  });

  it('holds a text once, however often and concurrently it is put, and leaves no temporary file', async () => {
    const store = createDirectoryOutputStore(directory);
    await Promise.all(Array.from({ length: 10 }, () => store.put('same')));
    expect(await readdir(directory)).toHaveLength(1);
  });

  it('knows nothing of a text it does not have', async () => {
    expect(await createDirectoryOutputStore(directory).get('00')).toBeUndefined();
  });

  it('is for its owner alone, and so are its files', async () => {
    const inner = join(directory, 'made-on-demand');
    const { sha256 } = await createDirectoryOutputStore(inner).put('text');
    expect((await stat(inner)).mode & 0o777).toBe(0o700);
    expect((await stat(join(inner, sha256))).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['was swapped', (path: string) => writeFile(path, 'other')],
    ['was cut short', (path: string) => truncate(path, 3)],
    ['is empty after a crash', (path: string) => truncate(path, 0)],
    [
      'is a link to something else',
      async (path: string) => {
        await rm(path);
        await symlink('/etc/passwd', path);
      },
    ],
  ])('counts a text that %s as gone, and takes it again', async (_what, spoil) => {
    const store = createDirectoryOutputStore(directory);
    const { sha256 } = await store.put('the right text');
    await spoil(join(directory, sha256));
    expect(await store.get(sha256)).toBeUndefined();
    await store.put('the right text');
    expect(await store.get(sha256)).toBe('the right text');
  });

  it('gives back text that UTF-8 cannot hold as it was written', async () => {
    const store = createDirectoryOutputStore(directory);
    const { sha256 } = await store.put('a lone \ud800 surrogate');
    expect(await store.get(sha256)).toBe('a lone \ufffd surrogate');
  });
});
