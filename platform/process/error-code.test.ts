import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { hasErrorCode, isAbort } from '../../domain/errors/error-code.js';

const caught = (work: () => Promise<unknown>): Promise<unknown> =>
  work().then(
    () => undefined,
    (error: unknown) => error,
  );

test('the code of an error of the system', async () => {
  const missing = await caught(() => readFile('/there/is/no/such/file'));
  expect(hasErrorCode(missing, 'ENOENT')).toBe(true);
  expect(hasErrorCode(missing, 'EEXIST')).toBe(false);
  expect(hasErrorCode({ code: 'ENOENT' }, 'ENOENT')).toBe(false);
  expect(hasErrorCode(undefined, 'ENOENT')).toBe(false);
});

test('an aborted wait, whichever way it ends', async () => {
  for (const reason of [undefined, new Error('stopped')]) {
    const stop = new AbortController();
    const waiting = caught(() => sleep(10_000, undefined, { signal: stop.signal }));
    stop.abort(reason);
    expect(isAbort(await waiting, stop.signal)).toBe(true);
    expect(isAbort(await caught(async () => stop.signal.throwIfAborted()), stop.signal)).toBe(true);
  }
});

test('is not an error that merely has the name, nor one while nothing is aborted', async () => {
  const stop = new AbortController();
  const other = new AbortController();
  other.abort();
  const elsewhere = await caught(() => sleep(10_000, undefined, { signal: other.signal }));
  expect(isAbort(elsewhere, stop.signal)).toBe(false);
  stop.abort();
  const named = Object.defineProperty(new Error('down'), 'name', { value: 'AbortError' });
  expect(isAbort(named, stop.signal)).toBe(false);
});
