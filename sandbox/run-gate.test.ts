import { describe, expect, it } from 'vitest';
import { RunGate } from './run-gate.js';

function deferred() {
  let open: () => void = () => {};
  const promise = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { promise, open };
}

describe('RunGate', () => {
  it('lets in as many as it is wide, in order of arrival', async () => {
    const gate = new RunGate(2);
    const entered: number[] = [];
    const doors = [0, 1, 2, 3].map(() => deferred());
    const runs = doors.map((door, index) =>
      gate.run(undefined, () => {
        entered.push(index);
        return door.promise;
      }),
    );
    await Promise.resolve();
    expect(entered).toEqual([0, 1]);
    expect([gate.inside, gate.waiting]).toEqual([2, 2]);
    doors[1]?.open();
    await runs[1];
    expect(entered).toEqual([0, 1, 2]);
    for (const door of doors) door.open();
    await Promise.all(runs);
    expect(entered).toEqual([0, 1, 2, 3]);
    expect([gate.inside, gate.waiting]).toEqual([0, 0]);
  });

  it('rejects who is aborted while waiting, and keeps the order of the others', async () => {
    const gate = new RunGate(1);
    const door = deferred();
    const first = gate.run(undefined, () => door.promise);
    const abort = new AbortController();
    const second = gate.run(abort.signal, () => Promise.resolve('second'));
    const third = gate.run(undefined, () => Promise.resolve('third'));
    abort.abort(new Error('gone'));
    await expect(second).rejects.toThrow('gone');
    door.open();
    await first;
    expect(await third).toBe('third');
    expect(gate.inside).toBe(0);
  });

  it('is left by a task that throws', async () => {
    const gate = new RunGate(1);
    await expect(gate.run(undefined, () => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
    expect(await gate.run(undefined, () => Promise.resolve(1))).toBe(1);
  });

  it('refuses a senseless width', () => {
    expect(() => new RunGate(0)).toThrow(RangeError);
  });
});
