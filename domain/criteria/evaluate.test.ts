import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CriterionName, Evidence } from './criterion.js';
import { overallResult } from './criterion.js';
import { evaluateCriteria } from './evaluate.js';
import type { ProcessSample } from './process-sample.js';
import { increase, runsOf } from './process-sample.js';
import { typicalSlope } from './slope.js';

const minuteMs = 60_000;
const since = new Date('2026-03-01T00:00:00Z');
const until = new Date('2026-03-02T00:00:00Z');

describe('the success criteria', () => {
  it('all pass on a good day, but for the spot check that was not made', () => {
    const criteria = evaluateCriteria(evidence({}));
    expect(criteria.map(({ name, result }) => [name, result])).toEqual([
      ['system-errors', 'PASS'],
      ['verdicts-delivered', 'PASS'],
      ['memory', 'PASS'],
      ['cpu', 'PASS'],
      ['container-pool', 'PASS'],
      ['backend-updates', 'PASS'],
      ['same-verdicts', 'NOT ENOUGH DATA'],
    ]);
    expect(overallResult(criteria)).toBe('NOT ENOUGH DATA');
    const checked = { compared: 50, same: 48, knownDifferences: 2, different: 0 };
    expect(overallResult(evaluateCriteria(evidence({ spotCheck: checked })))).toBe('PASS');
  });

  it('are never passed on an empty period', () => {
    const criteria = evaluateCriteria(nothing);
    expect(new Set(criteria.map(({ result }) => result))).toEqual(new Set(['NOT ENOUGH DATA']));
  });

  it('tell our own System Errors from submissions that cannot be graded', () => {
    expect(
      of('system-errors', { gradings: { completed: 90, failedByType: { Ungradable: 10 } } }),
    ).toMatchObject({
      result: 'PASS',
      figures: '100 gradings ended, 0 failed by our own trouble, 10 could not be graded as they are',
    });
    const one = of('system-errors', { gradings: { completed: 3, failedByType: { DeadlineExceeded: 1 } } });
    expect(one).toMatchObject({ result: 'FAIL', figures: expect.stringContaining('1 DeadlineExceeded') });
  });

  it('fail on one submission that is overdue, however few there are', () => {
    const submissions = {
      handedIn: 2,
      byStatus: { Accepted: 1, Pending: 1 },
      overdue: 1,
      graceMs: 15 * minuteMs,
    };
    expect(of('verdicts-delivered', { submissions })).toMatchObject({ result: 'FAIL', next: 'grader sweep' });
  });

  it('fail on a worker that grows by 5 MB an hour, and do not mind its first quarter of an hour', () => {
    const growing = samples((index) => ({ residentBytes: 100e6 + (index * 5 * 2 ** 20) / 120 }));
    expect(of('memory', { samples: growing }).result).toBe('FAIL');
    const warmingUp = samples((index) => ({ residentBytes: index < 30 ? 50e6 + index * 2e6 : 110e6 }));
    expect(of('memory', { samples: warmingUp }).result).toBe('PASS');
    expect(of('memory', { samples: growing.slice(0, 90) }).result).toBe('NOT ENOUGH DATA');
    // Started again and again, it is one process all the same.
    const restarted = growing.map((sample, index) => {
      const start = Math.floor(index / 60) * 60;
      return { ...sample, pid: start, startedAt: growing[start]?.at ?? 0 };
    });
    expect(of('memory', { samples: restarted })).toMatchObject({
      result: 'FAIL',
      figures: expect.stringMatching(/^worker a \(\d+ starts\): /),
    });
  });

  it('fail on a machine that is busy most of the time', () => {
    const use = (share: number) =>
      samples((index) => ({ machine: { busySeconds: index * 60 * share, allSeconds: index * 60 } }));
    expect(of('cpu', { samples: use(0.95) }).result).toBe('FAIL');
    expect(of('cpu', { samples: use(0.85) }).result).toBe('PASS');
  });

  it('fail on containers that are late, fail, or cannot be made', () => {
    const pool = (change: (index: number) => Partial<NonNullable<ProcessSample['worker']>>) =>
      of('container-pool', {
        samples: samples((index) => ({ worker: { ...healthy(index), ...change(index) } })),
      }).result;
    expect(pool((index) => ({ containers: { taken: index, late: Math.floor(index / 10), failed: 0 } }))).toBe(
      'FAIL',
    );
    expect(pool((index) => ({ containers: { taken: index, late: 0, failed: Math.floor(index / 20) } }))).toBe(
      'FAIL',
    );
    const broken = { size: 3, free: 0, leased: 0, broken: 3, canMake: false };
    expect(pool((index) => (index === 100 ? { pool: broken } : {}))).toBe('FAIL');
    expect(pool((index) => ({ containers: { taken: index, late: Math.floor(index / 40), failed: 0 } }))).toBe(
      'PASS',
    );
  });

  it('fail on a backend that refuses more than one POST in a hundred', () => {
    const posts = (every: number) =>
      of('backend-updates', {
        samples: samples((index) => ({
          worker: { ...healthy(index), posts: { taken: index, failed: Math.floor(index / every) } },
        })),
      }).result;
    expect([posts(30), posts(200)]).toEqual(['FAIL', 'PASS']);
  });

  it('fail on one unexplained difference of the spot check', () => {
    const spotCheck = { compared: 50, same: 49, knownDifferences: 0, different: 1 };
    expect(of('same-verdicts', { spotCheck }).result).toBe('FAIL');
  });
});

describe('totals over restarts', () => {
  it('count a run from 0 only where it started within the period', () => {
    const total = (startedAt: number, counts: readonly number[], pid: number) =>
      counts.map((verdicts, index) => ({
        ...sample(index),
        pid,
        startedAt,
        worker: { ...healthy(0), verdicts },
      }));
    const runs = runsOf([...total(-1, [100, 110], 1), ...total(since.getTime() + 1, [5, 7], 2)]);
    expect(increase(runs, since.getTime(), ({ worker }) => worker?.verdicts ?? 0)).toBe(10 + 7);
  });
});

describe('the typical slope', () => {
  it('is that of the line, whatever its offset, in spite of a tenth of outliers', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -100, max: 100 }),
        fc.integer({ min: -1e6, max: 1e6 }),
        fc.integer({ min: 20, max: 600 }),
        (slope, offset, count) => {
          const points = Array.from({ length: count }, (_, x) => ({
            x,
            y: offset + slope * x + (x % 11 === 5 ? 1e9 : 0),
          }));
          expect(typicalSlope(points)).toBeCloseTo(slope, 6);
        },
      ),
    );
  });

  it('is unknown of fewer than two points', () => {
    expect(typicalSlope([{ x: 1, y: 1 }])).toBeUndefined();
  });
});

const nothing: Evidence = {
  since,
  until,
  gradings: { completed: 0, failedByType: {} },
  submissions: { handedIn: 0, byStatus: {}, overdue: 0, graceMs: 15 * minuteMs },
  samples: [],
  spotCheck: undefined,
};

function evidence(change: Partial<Evidence>): Evidence {
  return {
    ...nothing,
    gradings: { completed: 240, failedByType: {} },
    submissions: {
      handedIn: 240,
      byStatus: { Accepted: 200, 'Wrong Answer': 40 },
      overdue: 0,
      graceMs: 15 * minuteMs,
    },
    samples: samples(() => ({})),
    ...change,
  };
}

function of(name: CriterionName, change: Partial<Evidence>) {
  const found = evaluateCriteria(evidence(change)).find((criterion) => criterion.name === name);
  if (found === undefined) throw new Error(`no criterion ${name}`);
  return found;
}

/** Two hours of a healthy worker, changed. */
function samples(change: (index: number) => Partial<ProcessSample>): ProcessSample[] {
  return Array.from({ length: 240 }, (_, index) => ({ ...sample(index), ...change(index) }));
}

function sample(index: number): ProcessSample {
  return {
    at: since.getTime() + index * 30_000,
    process: 'worker',
    host: 'a',
    pid: 1,
    startedAt: since.getTime(),
    residentBytes: 100e6 + (index % 7) * 1e5,
    cpuSeconds: index * 3,
    machine: { busySeconds: index * 20, allSeconds: index * 60 },
    worker: healthy(index),
  };
}

function healthy(index: number): NonNullable<ProcessSample['worker']> {
  return {
    pool: { size: 3, free: 2, leased: 1, broken: 0, canMake: true },
    waitingToRun: 0,
    verdicts: index,
    containers: { taken: index, late: 0, failed: 0 },
    posts: { taken: index, failed: 0 },
  };
}
