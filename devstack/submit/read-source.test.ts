import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { UsageError } from '../../platform/terminal/usage-error.js';
import { readSource } from './read-source.js';

const directory = mkdtempSync(join(tmpdir(), 'grader-source-'));
afterAll(() => rmSync(directory, { recursive: true }));

function file(content: string | Buffer): string {
  const path = join(directory, 'a.cpp');
  writeFileSync(path, content);
  return path;
}

it('reads UTF-8, whatever the language of its comments', () => {
  expect(readSource(file('int main() {} // Größe 你好\n'))).toBe('int main() {} // Größe 你好\n');
});

it.each([
  ['a UTF-16 file', Buffer.from('\ufeffint main() {}', 'utf16le'), /is UTF-16; .* iconv -f UTF-16 -t UTF-8/],
  ['one without a mark', Buffer.from('int main() {}', 'utf16le'), /is UTF-16LE; /],
  [
    'a program',
    Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0, 0, 0]),
    /is binary \(it has NUL bytes\)/,
  ],
  [
    'another encoding',
    Buffer.from('// Gr\u00f6\u00dfe', 'latin1'),
    /is no UTF-8 text\. .* iconv -f ISO-8859-1/,
  ],
  ['an empty file', '', /is empty\.$/],
  ['a large file', 'x'.repeat(1024 * 1024 + 1), /has more than 1 MiB/],
])('says what %s is', (_, content, message) => {
  const path = file(content);
  expect(() => readSource(path)).toThrow(message);
  expect(() => readSource(path)).toThrow(UsageError);
});

it.each([
  ['/nonexistent/a.cpp', 'does not exist'],
  [directory, 'is a directory'],
  ['/dev/zero', 'has more than 1 MiB'],
])('says what is the matter with %s', (path, reason) => {
  expect(() => readSource(path)).toThrow(`${path} ${reason}`);
});
