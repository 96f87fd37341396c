import { mkdtemp, readdir, rm } from 'node:fs/promises';
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
});
