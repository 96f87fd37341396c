import { expect, it } from 'vitest';
import { wantsColour } from './paint.js';

it.each([
  [{ isTTY: true }, {}, true],
  [{ isTTY: true }, { NO_COLOR: '' }, true],
  [{ isTTY: true }, { NO_COLOR: '1' }, false],
  [{ isTTY: true }, { TERM: 'dumb' }, false],
  [{ isTTY: false }, {}, false],
  [{}, {}, false],
])('colours a terminal alone, and not against NO_COLOR: %j %j', (stream, environment, expected) => {
  expect(wantsColour(stream, environment)).toBe(expected);
});
