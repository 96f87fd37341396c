import { describe, expect, it } from 'vitest';
import { Semaphore } from './semaphore.js';

function deferred() {
  let open: () => void = () => {};
  const promise = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { promise, open };
}

describe('Semaphore', () => {
  it('lets so many work at a time, in order of arrival', async () => {
    const semaphore = new Semaphore(2);
    const entered: number[] = [];
    const doors = [0, 1, 2, 3].map(() => deferred());
    const runs = doors.map((door, index) =>
      semaphore.run(() => {
        entered.push(index);
        return door.promise;
      }),
    );
    await Promise.resolve();
    expect(entered).toEqual([0, 1]);
    expect([semaphore.inside, semaphore.waiting]).toEqual([2, 2]);
    doors[1]?.open();
    await runs[1];
    expect(entered).toEqual([0, 1, 2]);
    for (const door of doors) door.open();
    await Promise.all(runs);
    expect(entered).toEqual([0, 1, 2, 3]);
    expect([semaphore.inside, semaphore.waiting]).toEqual([0, 0]);
  });

  it('rejects who is aborted while waiting, and keeps the order of the others', async () => {
    const semaphore = new Semaphore(1);
    const door = deferred();
    const first = semaphore.run(() => door.promise);
    const abort = new AbortController();
    const second = semaphore.run(() => Promise.resolve('second'), abort.signal);
    const third = semaphore.run(() => Promise.resolve('third'));
    abort.abort(new Error('gone'));
    await expect(second).rejects.toThrow('gone');
    door.open();
    await first;
    expect(await third).toBe('third');
    expect(semaphore.inside).toBe(0);
  });

  it('is left by a task that throws', async () => {
    const semaphore = new Semaphore(1);
    await expect(semaphore.run(() => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
    expect(await semaphore.run(() => Promise.resolve(1))).toBe(1);
  });

  it('refuses a senseless number of places', () => {
    expect(() => new Semaphore(0)).toThrow(RangeError);
  });

  it('holds the place of work that was told to stop until it has ended', async () => {
    const semaphore = new Semaphore(1);
    const door = deferred();
    const abort = new AbortController();
    const first = semaphore.run(() => door.promise, abort.signal);
    const entered: string[] = [];
    const second = semaphore.run(async () => void entered.push('second'));
    abort.abort(new Error('told to stop'));
    await new Promise((resolve) => setImmediate(resolve));
    expect([entered, semaphore.inside, semaphore.waiting]).toEqual([[], 1, 1]);
    door.open();
    await Promise.all([first, second]);
    expect(entered).toEqual(['second']);
  });

  it('does not begin for who was aborted before', async () => {
    const semaphore = new Semaphore(1);
    let begun = false;
    const late = semaphore.run(
      async () => {
        begun = true;
      },
      AbortSignal.abort(new Error('gone before')),
    );
    await expect(late).rejects.toThrow('gone before');
    expect([begun, semaphore.inside]).toEqual([false, 0]);
  });

  it('lets no more in than it has places, and everybody in the end', async () => {
    const semaphore = new Semaphore(3);
    let most = 0;
    const order: number[] = [];
    const work = async (index: number) => {
      order.push(index);
      most = Math.max(most, semaphore.inside);
      await new Promise((resolve) => setImmediate(resolve));
    };
    await Promise.all(Array.from({ length: 20 }, (_, index) => semaphore.run(() => work(index))));
    expect(most).toBe(3);
    expect(order).toEqual(Array.from({ length: 20 }, (_, index) => index));
  });
});
