import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checksumOf, verifyChecksum } from './temporal-cli.js';

const sumOfAbc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';

describe('the check of a fetched program', () => {
  it('finds the line of one file among the sums, in both forms of sha256sum', () => {
    const sums = `${'0'.repeat(64)}  other.tar.gz\n${sumOfAbc} *wanted.tar.gz\n`;
    expect(checksumOf(sums, 'wanted.tar.gz')).toBe(sumOfAbc);
    expect(checksumOf(sums, 'other.tar.gz')).toBe('0'.repeat(64));
    expect(checksumOf(sums, 'tar.gz')).toBeUndefined();
    expect(checksumOf('<html>not found</html>', 'wanted.tar.gz')).toBeUndefined();
  });

  it('accepts the expected bytes and refuses any others', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'grader-sum-'));
    const file = join(directory, 'program');
    writeFileSync(file, 'abc');
    await expect(verifyChecksum(file, sumOfAbc)).resolves.toBeUndefined();
    writeFileSync(file, 'abd');
    await expect(verifyChecksum(file, sumOfAbc)).rejects.toThrow(/thrown away/);
    rmSync(directory, { recursive: true });
  });
});
