import { expect, it } from 'vitest';
import { idRanges } from './id-ranges.js';

it.each([
  [[], ''],
  [[7], '7'],
  [[1, 2], '1,2'],
  [[9, 1, 2, 3, 4, 5], '1-5,9'],
  [[3, 3, 4, 5], '3-5'],
])('writes %j as %j', (ids, text) => {
  expect(idRanges(ids)).toBe(text);
});
