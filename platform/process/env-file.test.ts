import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { loadEnvFile } from './env-file.js';

const directory = mkdtempSync(join(tmpdir(), 'env-file-'));
afterEach(() => rmSync(directory, { recursive: true, force: true }));

test('a .env completes the environment, and variables that are set win', () => {
  expect(loadEnvFile({ A: 'set' }, directory)).toEqual({ A: 'set' });
  writeFileSync(join(directory, '.env'), 'A=file\nB="two words"\n# C=no\n');
  expect(loadEnvFile({ A: 'set' }, directory)).toEqual({ A: 'set', B: 'two words' });
});
