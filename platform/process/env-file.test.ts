import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { SettingsError } from '../settings/settings-error.js';
import { loadEnvFile, refuseLinkToNothing } from './env-file.js';

const directory = mkdtempSync(join(tmpdir(), 'env-file-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

test('a .env completes the environment, and variables that are set win', () => {
  expect(loadEnvFile({ A: 'set' }, directory)).toEqual({ A: 'set' });
  writeFileSync(join(directory, '.env'), 'A=file\nB="two words"\n# C=no\n');
  expect(loadEnvFile({ A: 'set' }, directory)).toEqual({ A: 'set', B: 'two words' });
});

/** As a value refers to another. */
const ref = (name: string): string => `$\{${name}}`;

test.each([
  ['a # within a value belongs to it', 'A=amqp://u:p#w@h/\nB=x', { A: 'amqp://u:p#w@h/', B: 'x' }],
  ['a # after a blank begins a comment', 'A=p#w # the old one\nB=x #y#z', { A: 'p#w', B: 'x' }],
  ['a value in quotes stays as it is', `A="p # w"\nB='#' # no\nC=\`'"#\``, { A: 'p # w', B: '#', C: `'"#` }],
  ['a value may have quotes within', `A=it's#1\nexport B = 2#3`, { A: "it's#1", B: '2#3' }],
  ['lines may end as on Windows', 'A=p#w\r\nB=x # y\r\n', { A: 'p#w', B: 'x' }],
  ['a byte order mark belongs to no name', '\uFEFFA=1\nB=2', { A: '1', B: '2' }],
  ['a line that sets nothing hides no other', 'BROKEN LINE\nA=1\nB: 2\n\nC=3', { A: '1', C: '3' }],
  ['a value in quotes may have several lines', 'A="1\n2 3\nB"\nC=3', { A: '1\n2 3\nB', C: '3' }],
  ['an empty value and a comment', 'A=\n#B=p#w\nC=#x', { A: '', C: '' }],
  ['quotes and signs are escaped by \\', String.raw`A="a\"b\\c\nd\w" # e`, { A: 'a"b\\c\nd\\w' }],
  ['in single quotes only these are', String.raw`A='it\'s\n \\'`, { A: "it's\\n \\" }],
  [
    'a value may refer to others',
    `U=u\nA=db://${ref('U')}:${ref('SET')}@${ref('H:-h')}/${ref('NONE')}`,
    { U: 'u', A: 'db://u:set@h/' },
  ],
  [
    'in double quotes, too, not in single ones',
    `A="x${ref('SET')}"\nB='x${ref('SET')}'\nC=$SET`,
    { A: 'xset', B: `x${ref('SET')}`, C: '$SET' },
  ],
])('in a .env, %s', (_what, text, expected) => {
  writeFileSync(join(directory, '.env'), text);
  expect(loadEnvFile({ SET: 'set' }, directory)).toEqual({ ...expected, SET: 'set' });
});

test.each([
  ['A=1\nB="x\nC=2', 2, 'B'],
  ['A="x\nB=1\nC="y"\nD=2', 1, 'A'],
  [`A='x' y`, 1, 'A'],
])('a quote in a .env that is not closed is named: %j', (text, line, name) => {
  writeFileSync(join(directory, '.env'), text);
  expect(() => loadEnvFile({}, directory)).toThrow(
    `.env, line ${line}: the value of ${name} opens a quote and does not end with it. Close`,
  );
});

test('a .env in UTF-16 is refused with what to do', () => {
  writeFileSync(join(directory, '.env'), Buffer.from('\uFEFFA=1\n', 'utf16le'));
  expect(() => loadEnvFile({}, directory)).toThrow(/\.env is not in UTF-8, .* iconv/);
  expect(() => loadEnvFile({}, directory)).toThrow(SettingsError);
});

test('a service is refused a .env that leads to no file, with where it leads; a command goes by its environment', () => {
  const empty = mkdtempSync(join(directory, 'link-'));
  expect(() => refuseLinkToNothing(empty)).not.toThrow();
  symlinkSync('/etc/no-such/grading.env', join(empty, '.env'));
  expect(() => refuseLinkToNothing(empty)).toThrow(
    /\.env leads to \/etc\/no-such\/grading\.env, which is not there\. Put/,
  );
  expect(loadEnvFile({ A: '1' }, empty)).toEqual({ A: '1' });
});
