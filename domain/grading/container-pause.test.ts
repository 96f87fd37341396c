import { expect, test } from 'vitest';
import { describePause, readPause } from './container-pause.js';

test.each(['somebody removed it', 'two\nlines', 'in (brackets)', ''])(
  'a pause is read as it was described: %j',
  (reason) => {
    const pause = { container: 3, reason };
    expect(readPause(describePause(pause))).toEqual(pause);
  },
);

test('words of anything else are no pause', () => {
  expect(readPause('deadline: System Error after this long on broken infrastructure')).toBeUndefined();
  expect(readPause('pause before another container (after: x)')).toBeUndefined();
});
