import { expect, it } from 'vitest';
import { ReleaseStack, withReleases } from './release-stack.js';

it('releases in reverse, whatever fails, each once', async () => {
  const released: string[] = [];
  const stack = new ReleaseStack();
  stack.defer('the first', () => void released.push('first'));
  stack.defer('the second', () => Promise.reject(new Error('stuck')));
  stack.defer('the third', async () => void released.push('third'));
  expect((await stack.release()).map(String)).toEqual(['Error: stuck']);
  expect(released).toEqual(['third', 'first']);
  expect(await stack.release()).toEqual([]);
});

it('does not wait longer for a release than its deadline', async () => {
  const stack = new ReleaseStack();
  stack.defer('what hangs', () => new Promise(() => undefined), 10);
  expect((await stack.release()).map(String)).toEqual([
    'TimeoutError: release of what hangs: no answer within 10 ms',
  ]);
});

it('gives what the work gives, and throws what it throws', async () => {
  expect(await withReleases(async () => 7)).toBe(7);
  const failure = new Error('failed');
  await expect(withReleases(() => Promise.reject(failure))).rejects.toBe(failure);
});

it('throws all failures, that of the work first', async () => {
  const work = withReleases(async (releases) => {
    releases.defer('it', () => Promise.reject(new Error('later')));
    throw new Error('first');
  });
  const error = await work.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(AggregateError);
  expect((error as AggregateError).errors.map(String)).toEqual(['Error: first', 'Error: later']);
  expect((error as AggregateError).message).toBe('first; then: later');
});

it('releases at once what is opened after the release', async () => {
  const releases = new ReleaseStack();
  await releases.release();
  const released = new Promise<void>((resolve) => releases.defer('a late connection', () => resolve()));
  await released;
});
