import { describe, expect, test } from 'vitest';
import type { Circumstances } from './consume-plan.js';
import { decideConsuming } from './consume-plan.js';

const calm: Circumstances = {
  mode: 'equal',
  backlog: 0,
  backlogLimit: 20,
  wasOverLimit: false,
  blocked: undefined,
  prefetch: 10,
  routerPrefetch: 100,
};

describe('a bridge', () => {
  test.each([
    ['standby', { priority: -1, prefetch: 10, forwards: false }],
    ['equal', { priority: 0, prefetch: 10, forwards: false }],
    ['primary', { priority: 1, prefetch: 10, forwards: false }],
    ['paced', { priority: 1, prefetch: 4, forwards: false }],
    ['router', { priority: 0, prefetch: 100, forwards: true }],
  ] as const)('in mode %s consumes with %o', (mode, plan) => {
    expect(decideConsuming({ ...calm, mode })).toEqual({ kind: 'consume', plan });
  });

  test('in mode off takes nothing', () => {
    expect(decideConsuming({ ...calm, mode: 'off' })).toMatchObject({ kind: 'rest', state: 'off' });
  });

  test('leaves messages to the others above the backlog limit, and goes on at half of it', () => {
    const full = { ...calm, backlog: 21 };
    expect(decideConsuming(full)).toMatchObject({ kind: 'rest', state: 'full' });
    expect(decideConsuming({ ...calm, backlog: 15 }).kind).toBe('consume');
    expect(decideConsuming({ ...calm, backlog: 15, wasOverLimit: true }).kind).toBe('rest');
    expect(decideConsuming({ ...calm, backlog: 10, wasOverLimit: true }).kind).toBe('consume');
  });

  test('that routes does not hold the legacy workers up for our backlog', () => {
    expect(decideConsuming({ ...calm, mode: 'router', backlog: 1_000 }).kind).toBe('consume');
  });

  test('stops for an alarm of the broker only where it has to publish', () => {
    expect(decideConsuming({ ...calm, mode: 'router', blocked: 'low on memory' })).toEqual({
      kind: 'rest',
      state: 'blocked',
      why: 'the broker blocks publishing: low on memory',
    });
    expect(decideConsuming({ ...calm, mode: 'equal', blocked: 'low on memory' }).kind).toBe('consume');
  });
});
