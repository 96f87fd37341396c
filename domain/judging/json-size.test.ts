import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cutToJsonBytes, jsonBytes } from './json-size.js';

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 40 })
    .map((codes) => String.fromCharCode(...codes)),
  fc.string({ unit: fc.constantFrom('\u0001', '"', '\\', '\n', '\u007f', 'é', '€', '😀') }),
);

/** As the encoder itself counts. */
function real(text: string): number {
  return Buffer.byteLength(JSON.stringify(text)) - 2;
}

it('counts what a text takes within JSON, whatever stands in it', () => {
  expect(jsonBytes('\u0001')).toBe(6);
  fc.assert(
    fc.property(anyText, (text) => {
      expect(jsonBytes(text)).toBe(real(text));
    }),
  );
});

it('cuts a text to the longest beginning that fits, and no character in two', () => {
  fc.assert(
    fc.property(anyText, fc.nat({ max: 60 }), (text, limit) => {
      const cut = cutToJsonBytes(text, limit);
      expect(text.startsWith(cut)).toBe(true);
      // A pair torn apart would become two escapes.
      expect(real(cut)).toBeLessThanOrEqual(limit);
      const next = Array.from(text.slice(cut.length))[0];
      if (next !== undefined) expect(real(cut + next)).toBeGreaterThan(limit);
    }),
  );
});
