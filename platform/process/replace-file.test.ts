import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { replaceFile } from './replace-file.js';

let directory: string;
let path: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'replace-file-'));
  path = join(directory, 'kept.json');
});
afterEach(() => rmSync(directory, { recursive: true }));

it('replaces a file as a whole, for its owner alone, and leaves nothing else', () => {
  writeFileSync(path, 'old', { mode: 0o644 });
  replaceFile(path, 'new');
  expect(readFileSync(path, 'utf8')).toBe('new');
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(directory)).toEqual(['kept.json']);
});

it('leaves alone what another process with the same number is writing', () => {
  // As in two containers that share a volume: the number of each is 1.
  const names = [`kept.json.${process.pid}`, 'kept.json.next-another'];
  for (const name of names) writeFileSync(join(directory, name), 'half');
  replaceFile(path, 'new');
  expect(readdirSync(directory).sort()).toEqual(['kept.json', ...names].sort());
});

it('removes what a crash left, once nobody can be writing it any more', () => {
  const left = join(directory, 'kept.json.next-crashed');
  writeFileSync(left, 'half');
  utimesSync(left, 0, 0);
  replaceFile(path, 'new');
  expect(readdirSync(directory)).toEqual(['kept.json']);
});

it('leaves nothing behind where it fails', () => {
  expect(() => replaceFile(join(directory, 'missing', 'kept.json'), 'new')).toThrow(/ENOENT/);
  rmSync(path, { force: true });
  expect(readdirSync(directory)).toEqual([]);
});
