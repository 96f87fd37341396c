import { expect, test } from 'vitest';
import { plot } from './plot.js';

const times = [Date.parse('2026-03-01T08:00:00Z'), Date.parse('2026-03-01T08:15:00Z')];

test('a plot is a table and words first, which say the same', () => {
  const lines = [
    { name: 'worker a', values: [10, 30.126] },
    { name: 'bridge a', values: [null, null] },
  ];
  const shown = plot('p', { title: 'Memory', unit: 'MB', times, lines }).toString();
  expect(shown).toContain('worker a: lately 30.13; lowest 10, mean 20.06, highest 30.13');
  expect(shown).toContain(
    '<span class="whole">08:15:00Z</span></time></td><td class="number" data-column="worker a">30.13</td>',
  );
  // What was never measured has no column.
  expect(shown).not.toContain('bridge a');
});

test('a hostile host is shown as text, and without figures there is no plot', () => {
  const name = '<script>alert(1)</script>\u202e\u001b[31m';
  const shown = plot('p', {
    title: 'Memory',
    unit: 'MB',
    times,
    lines: [{ name, values: [1, null] }],
  }).toString();
  expect(shown).not.toContain('<script>');
  expect(shown).toContain('&lt;script&gt;alert(1)&lt;/script&gt;\\u202e\\u001b[31m');
  const empty = plot('p', {
    title: 'Memory',
    unit: 'MB',
    times,
    lines: [{ name, values: [null, null] }],
  }).toString();
  expect(empty).toContain('No samples.');
  expect(empty).not.toContain('canvas');
});
