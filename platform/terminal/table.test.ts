import stringWidth from 'string-width';
import { describe, expect, it, vi } from 'vitest';
import { renderTable, sayTable } from './table.js';

const head = ['submission', 'handed in', 'problem', 'language', 'status', 'score', 'graded by'];
const rows = [
  [
    17,
    '2026-03-01T08:00:00',
    '你好世界你好世界 🎉🫠 e\u0301e\u0301 नमस्ते',
    'cpp',
    'Memory Limit Exceeded',
    100,
    'ours, completed in 12.34 s',
  ],
  [18, '2026-03-01T08:00:00', 'a'.repeat(30), 'python', 'Wrong Answer', '–', 'not ours'],
] as const;
const widthsOf = (text: string) => text.split('\n').map((line) => stringWidth(line));

it.each([60, 72, 80, 100, 120, 200])('fits %i columns, wide and combining characters included', (width) => {
  const text = renderTable(head, rows, width);
  expect(Math.max(...widthsOf(text))).toBeLessThanOrEqual(width);
  const squeezed = text.replace(/[\s│]+/g, '');
  for (const part of ['17', '世界', '🎉', 'Exceeded', '12.34']) expect(squeezed).toContain(part);
});

it('draws straight edges', () => {
  const text = renderTable(head, rows, 200);
  expect(new Set(widthsOf(text)).size).toBe(1);
});

it('becomes a list where columns would be too narrow', () => {
  const text = renderTable(head, rows, 50);
  expect(text).toMatch(/^submission {2}17\nhanded in {3}2026/);
  expect(Math.max(...widthsOf(text))).toBeLessThanOrEqual(50);
});

it('is as wide as it wants where nobody looks', () => {
  const [top = ''] = renderTable(['a'], [['x'.repeat(500)]], Number.POSITIVE_INFINITY).split('\n');
  expect(top).toHaveLength(504);
});

it('keeps a text in its cell, whatever line ends and commands it contains', () => {
  const text = renderTable(['a', 'b'], [['one\n│ two\u2028\u001b[2J', ['three', 'four']]], 80);
  expect(text).toContain('│ one │ two \\u001b[2J │ three │');
  expect(text.split('\n')).toHaveLength(6);
});

it('draws the head alone where there are no rows', () => {
  expect(renderTable(['a'], [], 80).split('\n')).toHaveLength(4);
});

describe('a table whose rows appear as they come', () => {
  it('shows its first rows while later ones are still awaited', async () => {
    const said: string[] = [];
    let more: () => void = () => {};
    const asked = new Promise<void>((resolve) => {
      more = resolve;
    });
    async function* slowRows() {
      for (let id = 1; id <= 40; id += 1) yield [id, 'Pending'];
      await asked;
      yield [99_999, 'a status that is far wider than all before it'];
    }
    const table = sayTable(['submission', 'status'], [99_999], slowRows(), (text) => said.push(text));
    await vi.waitFor(() => expect(said.join('\n')).toContain('│ 40 '));
    expect(said.join('\n')).not.toContain('99999');
    more();
    await table;
    const text = said.join('\n');
    expect(new Set(widthsOf(text)).size).toBe(1);
    expect(text.replace(/[\s│]+/g, ' ')).toContain('99999 a status that is far');
    expect(text.endsWith('┘')).toBe(true);
  });

  it('looks like any other when few rows come', async () => {
    const said: string[] = [];
    async function* fewRows() {
      yield* rows;
    }
    await sayTable(head, ['x'.repeat(70)], fewRows(), (text) => said.push(text));
    expect(said.join('\n')).toBe(renderTable(head, rows));
  });

  it('is not there when no row comes', async () => {
    async function* noRows() {}
    await expect(sayTable(head, [], noRows(), () => expect.unreachable())).resolves.toBeUndefined();
  });
});
