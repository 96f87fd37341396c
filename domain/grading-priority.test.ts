import { expect, test } from 'vitest';
import { gradingPriority } from './grading-priority.js';

test('handed in comes before a trial run, live before repeated', () => {
  const order = [
    gradingPriority('bridge', false),
    gradingPriority('bridge', true),
    gradingPriority('replay', false),
  ];
  expect(order).toEqual([...order].sort());
  expect(new Set(order).size).toBe(3);
  expect(gradingPriority('rejudge', false)).toBe(5);
});
