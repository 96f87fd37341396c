import { describe, expect, it } from 'vitest';
import { cpu, machineUse } from './process-criteria.js';
import type { ProcessSample } from './process-sample.js';
import { runsOf } from './process-sample.js';

const minute = 60_000;

describe('how busy a machine was', () => {
  it('goes on over the restart of a process, and leaves out the time when nobody looked', () => {
    const first = [0, 1, 2].map((at) => sample(at, 1));
    const second = [3, 4, 20, 21].map((at) => sample(at, 2));
    const uses = machineUse(runsOf([...first, ...second])).get('a');
    expect(uses?.map(({ at }) => at / minute)).toEqual([1, 2, 3, 4, 21]);
    expect(uses?.every(({ use }) => use === 0.5)).toBe(true);
  });

  it('is one line for each host, however many processes look at it', () => {
    const bridge = [0, 1, 2].map((at) => ({ ...sample(at, 1), at: at * minute + 5 }));
    const worker = [0, 1, 2].map((at) => sample(at, 2));
    const elsewhere = [0, 1].map((at) => ({ ...sample(at, 3), host: 'b' }));
    const uses = machineUse(runsOf([...bridge, ...worker, ...elsewhere]));
    expect([...uses].map(([host, line]) => [host, line.length])).toEqual([
      ['a', 2],
      ['b', 1],
    ]);
  });

  it('is known of a process that lived for a few seconds only', () => {
    expect(machineUse(runsOf([sample(0, 1), sample(0.1, 1)])).get('a')).toEqual([
      { at: 6000, forMs: 6000, use: 0.5 },
    ]);
  });

  it('counts by time, however many samples were written in it', () => {
    const calm = [0, 20, 40, 60].flatMap((from) => [sample(from, 1), sample(from + 4, 1)]);
    const dense = [0.1, 0.2, 0.3, 0.4, 0.5].map((more) => ({
      ...sample(64 + more, 1),
      machine: { busySeconds: 1000 + 64 * 60 + more * 120, allSeconds: 2000 + (64 + more) * 120 },
    }));
    const { result, figures } = cpu(runsOf([...calm, ...dense]));
    expect(result).toBe('PASS');
    expect(figures).toContain('machine 52 % busy on average, over 90 % for 3 % of the time');
  });

  it('does not count backwards when the machine was started again', () => {
    const after = { ...sample(1, 2), machine: { busySeconds: 1, allSeconds: 2 } };
    expect(machineUse(runsOf([sample(0, 1), sample(0.5, 1), after])).get('a')).toHaveLength(1);
  });
});

/** Half busy, on two cores. */
function sample(minutes: number, pid: number): ProcessSample {
  return {
    at: minutes * minute,
    process: 'worker',
    host: 'a',
    pid,
    startedAt: 0,
    residentBytes: 1e8,
    cpuSeconds: 0,
    machine: { busySeconds: 1000 + minutes * 60, allSeconds: 2000 + minutes * 120 },
  };
}
