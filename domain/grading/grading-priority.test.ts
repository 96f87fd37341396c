import { expect, test } from 'vitest';
import { gradingPriority } from './grading-priority.js';

test('handed in comes before a trial run, live before repeated', () => {
  const order = [
    gradingPriority('bridge', false),
    gradingPriority('bridge', true),
    gradingPriority('replay', false),
  ];
  expect(order).toEqual([...order].sort((left, right) => left - right));
  expect(new Set(order).size).toBe(3);
  // Temporal's last.
  expect(gradingPriority('replay', false)).toBe(5);
  expect(gradingPriority('rejudge', false)).toBe(5);
});
