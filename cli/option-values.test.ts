import { describe, expect, it } from 'vitest';
import { UsageError } from '../platform/terminal/usage-error.js';
import { idList, languageNamed, moment, statusNamed, wholeNumber } from './option-values.js';

describe('ids', () => {
  it('may be listed, ranged and repeated', () => {
    expect(idList('--id', ['7,3', '10-12', '3'])).toEqual([7, 3, 10, 11, 12]);
    expect(idList('--id')).toEqual([]);
  });

  it.each(['x', '', '0', '5-3', '1-', '-2', '1.5', '9999999999', '1-2000000'])('refuse "%s"', (text) => {
    expect(() => idList('--id', [text])).toThrow(UsageError);
  });
});

describe('moments', () => {
  const now = new Date('2026-11-25T12:00:00Z');

  it.each([
    ['2026-11-25', '2026-11-25T00:00:00.000Z'],
    ['2026-11-25T10:30', '2026-11-25T10:30:00.000Z'],
    ['2026-11-25T10:30:00+02:00', '2026-11-25T08:30:00.000Z'],
    ['90m', '2026-11-25T10:30:00.000Z'],
    ['12h', '2026-11-25T00:00:00.000Z'],
    ['3d', '2026-11-22T12:00:00.000Z'],
  ])('read %s as %s whatever the zone of the machine', (text, expected) => {
    expect(moment('--since', text, now).toISOString()).toBe(expected);
  });

  it.each(['yesterday', '12', '2026-13-40', '3w', ''])('refuse "%s"', (text) => {
    expect(() => moment('--since', text, now)).toThrow(/--since/);
  });
});

it('takes verdicts and languages in any spelling, and says which there are', () => {
  expect(['wrong answer', 'Accepted'].map(statusNamed)).toEqual(['Wrong Answer', 'Accepted']);
  expect(() => statusNamed('WA')).toThrow(/Time Limit Exceeded/);
  expect(['C++', 'py'].map(languageNamed)).toEqual(['cpp', 'python']);
  expect(() => languageNamed('cobol')).toThrow(/python/);
});

it('bounds whole numbers', () => {
  expect(wholeNumber('--repeat', '3', 1, 50)).toBe(3);
  for (const text of ['0', '51', '2.5', 'x', '']) {
    expect(() => wholeNumber('--repeat', text, 1, 50)).toThrow(/--repeat/);
  }
});
