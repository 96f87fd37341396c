import fc from 'fast-check';
import { expect, it } from 'vitest';
import { inSteps, processHistories, stepOf } from './history.js';
import type { ProcessSample } from './process-sample.js';

const minute = 60_000;

function sample(at: number, cpuSeconds: number, residentMb: number, startedAt = 0): ProcessSample {
  return {
    at,
    process: 'bridge',
    host: 'a',
    pid: 1,
    startedAt,
    residentBytes: residentMb * 2 ** 20,
    cpuSeconds,
    machine: { busySeconds: at / 2000, allSeconds: at / 1000 },
  };
}

it('keeps every point within the steps, and no more of them than a screen shows', () => {
  const point = fc.record({
    at: fc.integer({ min: 0, max: 7 * 86_400_000 }),
    value: fc.double({ min: 0, max: 1e9, noNaN: true }),
  });
  fc.assert(
    fc.property(
      fc.array(point, { minLength: 1, maxLength: 300 }),
      fc.integer({ min: 1, max: 7 * 86_400_000 }),
      (points, span) => {
        const { times, lines } = inSteps('t', '', [{ name: 'n', points }], 0, span);
        expect(times.length).toBeLessThanOrEqual(97);
        expect(lines[0]?.values).toHaveLength(times.length);
        const most = Math.max(...points.map(({ value }) => value));
        const seen = (lines[0]?.values ?? []).filter((value) => value !== null);
        expect(seen.length).toBeGreaterThan(0);
        expect(Math.max(...seen)).toBeLessThanOrEqual(most * (1 + 1e-9));
      },
    ),
    { numRuns: 100 },
  );
});

it('shows the mean of a step, and nothing where nothing was measured', () => {
  const points = [
    { at: 10_000, value: 1 },
    { at: 50_000, value: 3 },
    { at: 2.5 * minute, value: 7 },
  ];
  expect(inSteps('t', 'MB', [{ name: 'n', points }], 0, 3 * minute)).toEqual({
    title: 't',
    unit: 'MB',
    times: [minute, 2 * minute, 3 * minute],
    lines: [{ name: 'n', values: [2, null, 7] }],
  });
  expect(stepOf(0, 86_400_000)).toBe(15 * minute);
});

it('goes on over a restart, and takes no fall of a total for a rate', () => {
  const samples = [
    sample(minute, 10, 100),
    sample(2 * minute, 40, 120),
    sample(3 * minute, 3, 90, 2.5 * minute),
  ];
  const histories = processHistories({ samples, since: new Date(0), until: new Date(4 * minute) });
  const named = (title: string) => histories.find((each) => each.title === title)?.lines ?? [];
  expect(named('Resident memory')).toEqual([{ name: 'bridge a (2 starts)', values: [100, 120, 90] }]);
  expect(named('Processor of the processes')[0]?.values).toEqual([null, 0.5, 0]);
  expect(named('Processor of the machine')[0]?.values).toEqual([null, 50, 50]);
  expect(named('Verdicts')).toEqual([]);
  expect(processHistories({ samples: [], since: new Date(0), until: new Date(minute) })).toEqual([]);
});
