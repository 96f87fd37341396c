import { describe, expect, it } from 'vitest';
import { UsageError } from '../platform/terminal/usage-error.js';
import {
  durationMs,
  idList,
  languageNamed,
  moment,
  positiveNumber,
  secondsOrDuration,
  statusNamed,
  wholeNumber,
} from './option-values.js';

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

  it.each(['2026-02-30', '2026-02-29T08:00Z', '2026-04-31T08:00+02:00', '2026-11-25T24:30'])(
    'refuse "%s", which no calendar has',
    (text) => expect(() => moment('--since', text, now)).toThrow(/--since/),
  );

  it('that begin in the future are refused, with the time it is; others may end there', () => {
    const ahead = '2026-11-25T13:30';
    expect(() => moment('--since', ahead, now)).toThrow(
      'it is 2026-11-25T12:00Z, and without a zone a time is UTC',
    );
    expect(() => moment('--since', '2026-11-25T12:00:30Z', now)).not.toThrow();
    expect(moment('--until', ahead, now).toISOString()).toBe('2026-11-25T13:30:00.000Z');
  });

  it.each(['yesterday', '12', '2026-13-40', '3w', '', '99999999d', '0001-01-01', '9999-01-01'])(
    'refuse "%s"',
    (text) => {
      expect(() => moment('--since', text, now)).toThrow(/--since/);
    },
  );
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

it('bounds durations, so that no timer is longer than a timer can be', () => {
  expect(durationMs('--every', '2s')).toBe(2_000);
  for (const text of ['abc', '30d', '-1s', '5', '', '1e3s', 'Infinity']) {
    expect(() => durationMs('--every', text, 0, 86_400_000), text).toThrow(UsageError);
  }
});

it('takes seconds without a unit where they were always meant', () => {
  expect(['60', '1.5', '2m'].map((text) => secondsOrDuration('--timeout', text))).toEqual([
    60_000, 1_500, 120_000,
  ]);
  for (const text of ['abc', '-1', '0', '', 'NaN', '1e9d']) {
    expect(() => secondsOrDuration('--timeout', text), text).toThrow(/--timeout/);
  }
});

it('bounds numbers', () => {
  expect(positiveNumber('--rate', '0.5', 1_000)).toBe(0.5);
  for (const text of ['0', '-1', 'abc', '', '1e9', '0x10', '1001', 'Infinity']) {
    expect(() => positiveNumber('--rate', text, 1_000), text).toThrow(UsageError);
  }
});
