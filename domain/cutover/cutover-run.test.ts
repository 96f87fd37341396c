import { expect, test } from 'vitest';
import { observedSince } from './cutover-run.js';

const bridge = (id: string, started: number, forwarded: number) => ({ id, started, forwarded });

test('the observed share counts what bridges did since the step began', () => {
  const before = [bridge('a', 10, 90), bridge('b', 5, 45)];
  expect(observedSince(before, [bridge('a', 35, 165), bridge('b', 5, 45)])).toEqual({ ours: 25, total: 100 });
});

test('a bridge that was started since counts as a whole, one that is gone not at all', () => {
  expect(observedSince([bridge('a', 10, 90)], [bridge('c', 1, 9)])).toEqual({ ours: 1, total: 10 });
});
