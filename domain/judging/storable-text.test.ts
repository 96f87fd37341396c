import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeValidOutput, storableExcerpt, storableText } from './storable-text.js';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('storableText', () => {
  it('keeps text that fits as it is', () => {
    expect(storableText(bytes('žluťoučký 🐎\r\n'), 100)).toBe('žluťoučký 🐎\r\n');
    expect(storableText(bytes('\uFEFF8'), 100)).toBe('\uFEFF8');
    expect(storableText(new Uint8Array(), 0)).toBe('');
  });

  it('shows NUL and invalid bytes as U+FFFD', () => {
    expect(storableText(new Uint8Array([0x38, 0x00, 0xff]), 100)).toBe('8\uFFFD\uFFFD');
  });

  it('cuts between characters and says so', () => {
    expect(storableText(bytes('aé🐎b'), 4)).toBe('aé\n… (cut: the first 3 of 8 bytes are shown)');
  });

  it('is always valid, free of NUL and bounded', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(200), (data, limit) => {
        const text = storableText(data, limit);
        expect(text).not.toContain('\0');
        expect(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes(text))).toBe(text);
        expect(bytes(text).length).toBeLessThanOrEqual(limit + 80);
      }),
    );
  });

  it('keeps every valid text within the limit unchanged but for NUL', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(storableText(bytes(text), 4000)).toBe(text.replaceAll('\0', '\uFFFD'));
      }),
    );
  });
});

describe('decodeValidOutput', () => {
  it.each([
    ['a printed EOF', [0x38, 0xff, 0x0a], '8\n'],
    ['the begin of a character before another', [0x38, 0xe2, 0x82, 0x41], '8A'],
    ['what is cut off at the end', [0x38, 0xf0, 0x9f], '8'],
    ['a surrogate', [0xed, 0xa0, 0x80, 0x38], '8'],
    ['an overlong form', [0xc0, 0xaf, 0xf0, 0x80, 0x80, 0x80, 0x38], '8'],
    ['nothing but U+FFFD that the program printed', [0xff, 0xef, 0xbf, 0xbd, 0xfe], '\uFFFD'],
    ['two of them', [0xef, 0xbf, 0xbd, 0xef, 0xbf, 0xbd, 0xef, 0xbf], '\uFFFD\uFFFD'],
  ])('leaves out %s', (_what, output, text) => {
    expect(decodeValidOutput(new Uint8Array(output))).toBe(text);
  });

  it('keeps every valid text, with invalid bytes wherever they stand', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), (texts) => {
        const between = texts.flatMap((text) => [...bytes(text), 0xff]);
        expect(decodeValidOutput(new Uint8Array(between))).toBe(texts.join(''));
      }),
    );
  });
});

describe('storableExcerpt', () => {
  it('keeps text that fits, and else its beginning and its end, between characters', () => {
    expect(storableExcerpt('ab\0', 5)).toBe('ab\uFFFD');
    expect(storableExcerpt('aéxxxxxéb', 5)).toBe('a\n… (9 bytes left out) …\nb');
  });

  it('is always valid, free of NUL and bounded', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), fc.nat(200), (text, limit) => {
        const excerpt = storableExcerpt(text, limit);
        expect(excerpt).not.toContain('\0');
        expect(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes(excerpt))).toBe(
          excerpt,
        );
        expect(bytes(excerpt).length).toBeLessThanOrEqual(limit + 60);
      }),
    );
  });

  it('begins and ends as the text does', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 40 }), (text) => {
        const clean = text.replaceAll('\0', '\uFFFD');
        const [head = '', tail = ''] = storableExcerpt(text, 30).split(/\n… \(\d+ bytes left out\) …\n/);
        expect(clean.startsWith(head)).toBe(true);
        expect(clean.endsWith(tail)).toBe(true);
        expect(storableExcerpt(text, 100_000)).toBe(clean);
      }),
    );
  });
});
