import { expect, it } from 'vitest';
import { measureClock } from '../../../bench/clock.js';
import { scaled } from '../../time-factor.js';
import { testImage } from '../docker-fixture.js';

/** `bench clock` measures the bound that is promised, 1.2, on an idle host; elsewhere a limit may be off by some looks. */
const bound = 1.5;

it('no program that sleeps, stops itself, forks or fights for a core stretches its limit', async () => {
  const engine = { dockerHost: process.env.DOCKER_HOST ?? '', image: testImage };
  const options = { runs: 1, limitMs: scaled(500), only: '', isBusyToo: false };
  const rows = await measureClock(engine, options);
  expect(rows.length).toBeGreaterThan(20);
  const stretched = rows.filter(({ accepted, most }) => accepted > 0 || most > bound);
  expect(stretched.map(({ program, accepted, most }) => ({ way: program.name, accepted, most }))).toEqual([]);
});
