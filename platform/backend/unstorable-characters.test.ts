import fc from 'fast-check';
import { expect, test } from 'vitest';
import { replaceUnstorable } from './unstorable-characters.js';

test('NUL and half surrogates are replaced, whole ones kept', () => {
  expect(replaceUnstorable('a\0b\uD800c😀')).toBe('a\uFFFDb\uFFFDc😀');
});

test('any text becomes valid UTF-8 without NUL, and clean text is left alone', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const clean = replaceUnstorable(text);
      expect(clean).not.toContain('\0');
      expect(Buffer.from(clean, 'utf8').toString('utf8')).toBe(clean);
      expect(replaceUnstorable(clean)).toBe(clean);
    }),
  );
});
