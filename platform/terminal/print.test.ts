import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { printJson } from './json-answer.js';
import { paint } from './paint.js';
import { say } from './print.js';
import { renderTable } from './table.js';

let written = '';
beforeEach(() => {
  written = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    written += String(text);
    return true;
  });
  vi.stubEnv('NO_COLOR', '');
  vi.stubEnv('TERM', 'xterm');
  Object.defineProperty(process.stdout, 'isTTY', { value: true, configurable: true });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  Reflect.deleteProperty(process.stdout, 'isTTY');
});

it('prints our colours, and not those that a title brings along', () => {
  say(`${paint('red', 'bad')} \u001b[32mgood\u001b[0m`);
  expect(written).toBe('\u001b[31mbad\u001b[39m \\u001b[32mgood\\u001b[0m\n');
});

it('paints the cells of a table, line by line', () => {
  say(renderTable(['status', 'b'], [[paint('red', 'Memory Limit Exceeded'), 'x']], 25));
  expect(written).toContain('│ \u001b[31mMemory Limit\u001b[39m │ x │');
});

it('prints JSON in which nothing is raw that a terminal obeys', () => {
  printJson(z.object({ title: z.string() }), { title: 'a\u009b2J\u202eb' });
  expect(written).toContain('"title": "a\\u009b2J\\u202eb"');
});
