import { expect, test } from 'vitest';
import { difference } from './difference.js';

test('the lines that differ are marked, with white space that nobody sees', () => {
  const shown = difference('1\n2  3\n4\n', '1\n2 3 \n4\n5').toString();
  expect(shown).toContain('The first difference is in line 2, column 3.');
  expect(shown).toContain('1\n<mark>2··3</mark>\n4');
  expect(shown).toContain('1\n<mark>2 3·</mark>\n4\n<mark>5</mark>');
});

test('a hostile output is text, marked or not', () => {
  const hostile = '</pre><script>alert(1)</script>\u001b[2J\u202e';
  const shown = difference(`x\n${hostile}`, `y\n${hostile}`).toString();
  expect(shown).not.toContain('<script>');
  expect(shown).toContain('&lt;/pre&gt;&lt;script&gt;alert(1)&lt;/script&gt;\\u001b[2J\\u202e');
  expect(difference('x', hostile).toString()).toContain('<mark>&lt;/pre&gt;&lt;script&gt;');
});

test('outputs that differ by white space around them say so', () => {
  expect(difference('1 2\n', ' 1 2').toString()).toContain(
    'Both are the same, but for white space around them.',
  );
});
