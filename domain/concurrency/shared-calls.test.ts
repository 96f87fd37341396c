import { expect, test } from 'vitest';
import { SharedCalls } from './shared-calls.js';

function stage() {
  const calls: { end: (result: number) => void; fail: (reason: Error) => void }[] = [];
  const shared = new SharedCalls<string, number>();
  const ask = (key = 'a') =>
    shared.share(
      key,
      () => new Promise<number>((resolve, reject) => calls.push({ end: resolve, fail: reject })),
    );
  return { calls, shared, ask };
}
/** Lets what was resolved go on. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

test('who asks while a call is under way gets the result of one that begins afterwards, as all others who wait', async () => {
  const { calls, shared, ask } = stage();
  const first = ask();
  expect(shared.isAwaited('a')).toBe(false);
  const waiting = [ask(), ask(), ask()];
  expect(shared.isAwaited('a')).toBe(true);
  await turn();
  expect(calls).toHaveLength(1);
  calls[0]?.end(1);
  expect(await first).toBe(1);
  await turn();
  expect(calls).toHaveLength(2);
  expect(shared.isAwaited('a')).toBe(false);
  const late = ask();
  calls[1]?.end(2);
  expect(await Promise.all(waiting)).toEqual([2, 2, 2]);
  await turn();
  calls[2]?.end(3);
  expect(await late).toBe(3);
});

test('a call that fails fails for all who share it, and for nobody else', async () => {
  const { calls, ask } = stage();
  const first = ask();
  const second = ask();
  calls[0]?.fail(new Error('no'));
  await expect(first).rejects.toThrow('no');
  await turn();
  calls[1]?.end(2);
  expect(await second).toBe(2);
  const third = ask();
  calls[2]?.end(3);
  expect(await third).toBe(3);
});

test('other keys do not wait', () => {
  const { calls, ask } = stage();
  void ask('a');
  void ask('b');
  expect(calls).toHaveLength(2);
});
