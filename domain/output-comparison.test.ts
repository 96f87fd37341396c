import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareOutput } from './output-comparison.js';

describe('compareOutput', () => {
  it.each([
    ['8', '8\n'],
    ['  8\n\n', '8'],
    ['a\r\nb\r\n', 'a\nb'],
    ['', '\n'],
  ])('takes %j for %j', (actual, expected) => {
    expect(compareOutput(actual, expected)).toBe('equal');
  });

  it.each([
    ['1 2  3', '1 2 3'],
    ['1\n2', '1 2'],
    ['a \nb', 'a\nb'],
  ])('sees only white space between %j and %j', (actual, expected) => {
    expect(compareOutput(actual, expected)).toBe('equal-except-white-space');
  });

  it('tells letters of different case, and a NUL, apart', () => {
    expect(compareOutput('Yes', 'YES')).toBe('different');
    expect(compareOutput('a\0', 'a')).toBe('different');
  });

  it('does not mend a lone carriage return inside', () => {
    expect(compareOutput('a\rb', 'a\nb')).toBe('equal-except-white-space');
  });

  it('is symmetric, and every text equals itself', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
        expect(compareOutput(a, b)).toBe(compareOutput(b, a));
        expect(compareOutput(a, a)).toBe('equal');
      }),
    );
  });

  it('takes a megabyte of blanks in linear time', () => {
    const blanks = ' '.repeat(1_000_000);
    expect(compareOutput(`a${blanks}b`, 'ab')).toBe('equal-except-white-space');
  });
});
