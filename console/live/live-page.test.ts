import { afterEach, expect, test } from 'vitest';
import { html } from '../html/html.js';
import { LivePage, renderTile, tile } from './live-page.js';

let stop = new AbortController();
afterEach(() => {
  stop.abort();
  stop = new AbortController();
});

const parts = { id: 'queue', title: 'Queue', render: (value: number) => html`<b>${value}</b>` };
const now = new Date('2026-03-01T08:01:00Z');

test('an old figure is grey and tells its age, and why there is no newer one', () => {
  const at = new Date('2026-03-01T08:00:00Z');
  const shown = renderTile(parts, { value: 3, at, unseen: 'no answer' }, 12_000, now).toString();
  expect(shown).toMatch(/class="tile +stale"/);
  expect(shown).toContain('08:00:00Z</time> <span class="ago">60 s ago</span>');
  expect(shown).toContain('data-age-ms="60000" data-stale-ms="12000"');
  expect(shown).toContain('Not seen now: no answer');
  expect(shown).toContain('<b>3</b>');
});

test('a new figure is neither grey nor aged', () => {
  expect(renderTile(parts, { value: 3, at: now }, 12_000, now).toString()).not.toMatch(/stale"|ago">\d/);
});

test('a part that hangs delays no page for long, and no other part', async () => {
  const page = new LivePage(
    [
      tile({ ...parts, id: 'hangs', read: () => new Promise<number>(() => undefined) }),
      tile({ ...parts, id: 'well', read: () => Promise.resolve(7) }),
      tile({ ...parts, id: 'fails', read: () => Promise.reject<number>(new Error('the broker is down')) }),
    ],
    stop.signal,
  );
  await expect.poll(async () => (await page.render()).map(String).join('')).toContain('<b>7</b>');
  const [hangs = '', , fails = ''] = (await page.render()).map(String);
  expect(hangs).toContain('not seen yet');
  expect(fails).toContain('Not seen now: the broker is down');
});

test('many who look cost one reading; while nobody looks, there is none', async () => {
  let readings = 0;
  const read = () => {
    readings += 1;
    return Promise.resolve(1);
  };
  const page = new LivePage([tile({ ...parts, everyMs: 600_000, read })], stop.signal);
  expect(readings).toBe(0);
  await Promise.all(Array.from({ length: 50 }, () => page.render()));
  expect(readings).toBe(1);
});
