import { describe, expect, it } from 'vitest';
import { cleanJson, cleanLine, cleanLines } from './clean-text.js';

const hostile = [
  ...Array.from({ length: 32 }, (_, code) => code),
  ...Array.from({ length: 33 }, (_, index) => 0x7f + index),
  ...[0xad, 0x61c, 0x180e, 0x200b, 0x200c, 0x200d, 0x200e, 0x200f, 0x2028, 0x2029],
  ...[0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2060, 0x2066, 0x2067, 0x2068, 0x2069, 0xfeff],
  ...[0x034f, 0x115f, 0x3164, 0xd800, 0xdfff, 0xe0041, 0xe0100],
].map((code) => String.fromCodePoint(code));

describe.each(hostile)('%j', (character) => {
  it('never gets through raw', () => {
    const text = `a${character}b`;
    expect(cleanLine(text)).not.toContain(character);
    if (character !== '\n') expect(cleanLines(text)).not.toContain(character);
    expect(cleanLine(text)).toMatch(/^a.+b$/);
  });

  it('is escaped in JSON, which still means the same', () => {
    const value = { [`k${character}`]: `a${character}b` };
    const json = cleanJson(JSON.stringify(value, undefined, 2));
    expect(JSON.parse(json)).toEqual(value);
    expect(json.replaceAll('\n', '')).not.toContain(character);
  });
});

it('shows what was there as JSON writes it, by UTF-16 units', () => {
  expect(cleanLine('\u001b[2J\u202egnp\u{e0041}')).toBe('\\u001b[2J\\u202egnp\\udb40\\udc41');
});

it('keeps every language, emoji and combining character', () => {
  const text = 'Größe 你好 שלום नमस्ते e\u0301 ❤️ 🇫🇷';
  expect(cleanLine(text)).toBe(text);
  expect(cleanJson(JSON.stringify(text))).toBe(JSON.stringify(text));
});

it('makes one line of several, or keeps them', () => {
  expect(cleanLine('one\r\n\ttwo\u2028three')).toBe('one two three');
  expect(cleanLines('one\r\n\ttwo')).toBe('one\n    two');
});
