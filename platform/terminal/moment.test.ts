import { expect, test } from 'vitest';
import { momentText } from './moment.js';
import { renderTable } from './table.js';

test('a moment has its zone, and a narrow column breaks it between day and time', () => {
  expect(momentText(new Date('2026-03-01T08:00:00.123Z'))).toBe('2026-03-01 08:00:00Z');
  expect(momentText('2026-03-01T08:00:00.000Z')).toBe('2026-03-01 08:00:00Z');
  expect(momentText('')).toBe('–');
  const row = ['17', momentText('2026-03-01T08:00:00.000Z'), 'a title of some words, and more of them'];
  const table = renderTable(['submission', 'handed in', 'problem'], [row], 50);
  expect(table).toContain('2026-03-01');
  expect(table).toContain('08:00:00Z');
});
