import { expect, test } from 'vitest';
import { FormError } from '../../routes.js';
import { askedFor, filterForm, older } from './filter.js';

test('a filter says who graded, where it failed, and from when until when', () => {
  const query = new URLSearchParams(
    'origin=replay&step=notify&from=2026-03-01T08:00&until=2026-03-02T09:30&since=1h',
  );
  const { submission, grading } = askedFor(query);
  expect(grading).toEqual({ origin: 'replay', failedStep: 'notify' });
  // A time that is named counts before a period.
  expect(submission.since?.toISOString()).toBe('2026-03-01T08:00:00.000Z');
  expect(submission.until?.toISOString()).toBe('2026-03-02T09:30:00.000Z');
  const form = filterForm(query).toString();
  expect(form).toMatch(/<option selected>replay</);
  expect(form).toMatch(/<option selected>notify</);
});

test.each([
  "origin=x' OR WorkflowId IS NOT NULL",
  'step=nowhere',
  'from=yesterday',
  'until=2026-13-41T08:00',
  'problem=1;drop',
])('what cannot be meant is refused: %s', (text) => {
  expect(() => askedFor(new URLSearchParams(text))).toThrow(FormError);
});

test('what was filled in is shown as text, and goes along to the next page', () => {
  const hostile = '"><script>alert(1)</script>\u202e';
  const query = new URLSearchParams({ problem: hostile, from: hostile });
  expect(filterForm(query).toString()).not.toContain('<script>');
  expect(older(new URLSearchParams('origin=shadow&done=x&before=9'), 5)).toBe('origin=shadow&before=5');
});
