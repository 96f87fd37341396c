import { expect, it } from 'vitest';
import { percentile } from './percentile.js';

it.each([
  [[], 0.5, undefined],
  [[7], 0.5, 7],
  [[3, 1, 2], 0.5, 2],
  [[1, 2, 3, 4], 0.5, 2],
  [Array.from({ length: 100 }, (_, index) => 100 - index), 0.95, 95],
  [[1, 2], 1, 2],
])('of %j at %d is %s', (values, part, expected) => {
  expect(percentile(values, part)).toBe(expected);
});
