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

  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc
      .array(fc.constantFrom('a', 'b', ' ', '\t', '\n', '\r\n', '\r', '\0', '\u00a0', '8'))
      .map((all) => all.join('')),
  );

  it('is symmetric, and every text equals itself', () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(compareOutput(a, b)).toBe(compareOutput(b, a));
        expect(compareOutput(a, a)).toBe('equal');
      }),
    );
  });

  it('cannot tell a text from its trimmed form with plain line ends, whatever it is compared with', () => {
    const edge = fc
      .array(fc.constantFrom(...Array.from(' \t\n\v\f\r\x1c\x1f\x85\u00a0\u2003\u3000')))
      .map((all) => all.join(''));
    fc.assert(
      fc.property(text, text, edge, edge, (inner, other, before, after) => {
        const once = `x${inner}x`.replaceAll('\r\n', '\n');
        const twice = `${before}${once}${after}`;
        expect(compareOutput(twice, once)).toBe('equal');
        expect(compareOutput(twice, other)).toBe(compareOutput(once, other));
        // White space inside apart, it is still the same text.
        const spread = `x ${inner}x`;
        expect(compareOutput(twice, spread)).toBe(compareOutput(once, spread));
      }),
    );
  });

  it('never minds the line ends of Windows, nor white space around the whole (contract §6)', () => {
    const around = fc
      .array(fc.constantFrom(' ', '\t', '\n', '\r', '\r\n', '\v', '\f'))
      .map((all) => all.join(''));
    const line = fc.string({ unit: 'grapheme' }).filter((one) => !/[\r\n]/.test(one));
    fc.assert(
      fc.property(fc.array(line), around, around, (lines, before, after) => {
        const expected = lines.join('\n');
        expect(compareOutput(`${before}${lines.join('\r\n')}${after}`, expected)).toBe('equal');
      }),
    );
  });

  it('minds a blank at the end of a line that is not the last, and a blank line (contract §6)', () => {
    const word = fc.stringMatching(/^[a-z]{1,5}$/);
    fc.assert(
      fc.property(
        fc.array(word, { minLength: 2 }),
        fc.nat(),
        fc.constantFrom(' ', '\t', '\n'),
        (words, at, extra) => {
          const place = 1 + (at % (words.length - 1));
          const changed = `${words.slice(0, place).join('\n')}${extra}\n${words.slice(place).join('\n')}`;
          expect(compareOutput(changed, words.join('\n'))).toBe('equal-except-white-space');
        },
      ),
    );
  });

  it('sees a difference that is not white space, wherever it is', () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(compareOutput(`${a}x${b}`, `${a}${b}`)).toBe('different');
      }),
    );
  });

  it('takes a megabyte of blanks in linear time', () => {
    const blanks = ' '.repeat(1_000_000);
    expect(compareOutput(`a${blanks}b`, 'ab')).toBe('equal-except-white-space');
  });

  it.each(['\u2003', '\uFEFF', '\u2003\n'])('takes as many blanks as a test may hold: %j', (blank) => {
    const expected = `a${blank.repeat(2 ** 24 / blank.length)}b`;
    expect(compareOutput('ab', expected)).toBe('equal-except-white-space');
  });
});
