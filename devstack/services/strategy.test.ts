import { describe, expect, it } from 'vitest';
import { describeCheckout, dockerRunDirectory, placeWithPlainPath } from './checkout.js';
import { firstProvided } from './strategy.js';

describe('the choice of a strategy', () => {
  const named = (name: string, tryProvide: () => Promise<string | undefined>) => ({ name, tryProvide });

  it('takes the first that answers and does not try the ones behind it', async () => {
    const tried: string[] = [];
    const strategy = (name: string, answer: string | undefined) =>
      named(name, async () => {
        tried.push(name);
        return answer;
      });
    const strategies = [strategy('configured', undefined), strategy('private', 'p'), strategy('last', 'l')];
    expect(await firstProvided(strategies)).toEqual({ strategy: 'private', provided: 'p' });
    expect(tried).toEqual(['configured', 'private']);
  });

  it('ends at one that was right and failed: a configured server that is down is not replaced', async () => {
    const down = named('configured', () => Promise.reject(new Error('refused')));
    await expect(firstProvided([down, named('private', async () => 'p')])).rejects.toThrow('refused');
  });

  it('says nothing when all decline', async () => {
    expect(await firstProvided([named('a', async () => undefined)])).toBeUndefined();
  });
});

describe('the places of a checkout', () => {
  it('keep the sockets of Docker inside it while their path fits into a socket address', () => {
    expect(dockerRunDirectory(describeCheckout('/home/me/grader'))).toBe('/home/me/grader/.local/run');
    const long = describeCheckout(`/home/${'me'.repeat(40)}/grader`);
    expect(dockerRunDirectory(long)).toBe(`/tmp/grader-${long.hash}`);
  });

  it('have no blank and no sign in the path of what cannot bear one', () => {
    expect(placeWithPlainPath(describeCheckout('/home/me/grader'))).toBe('/home/me/grader/.local');
    for (const root of [
      '/home/me/my projects/grader',
      '/home/me/grader (1)',
      '/home/mé/grader',
      "/home/me/'$x",
    ]) {
      expect(placeWithPlainPath(describeCheckout(root))).toMatch(/^\/var\/tmp\/grader-[0-9a-f]{8}$/);
    }
  });

  it('differ between checkouts', () => {
    expect(describeCheckout('/a').hash).not.toBe(describeCheckout('/b').hash);
  });
});
