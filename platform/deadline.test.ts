import { TimeoutError } from 'p-timeout';
import { expect, it } from 'vitest';
import { withDeadline } from './deadline.js';

const never = new Promise<never>(() => {});

it('gives what the promise gives in time, or throws what it throws', async () => {
  expect(await withDeadline('answer', 1000, Promise.resolve(42))).toBe(42);
  await expect(withDeadline('answer', 1000, Promise.reject(new Error('failed')))).rejects.toThrow('failed');
});

it('names what it waited for, in an error of its own class', async () => {
  const late = withDeadline('handshake', 10, never);
  await expect(late).rejects.toThrow('handshake: no answer within 10 ms');
  await expect(late).rejects.toBeInstanceOf(TimeoutError);
});

it('ends at once where no time is left, and hears a failure that comes later', async () => {
  const failing = new Promise<never>((_resolve, reject) => {
    setTimeout(() => reject(new Error('too late to matter')), 20);
  });
  await expect(withDeadline('drain', 0, failing)).rejects.toThrow('drain: no answer within 0 ms');
  await expect(failing).rejects.toThrow('too late to matter');
});
