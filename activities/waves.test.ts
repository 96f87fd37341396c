import { expect, test } from 'vitest';
import { Waves } from './waves.js';

/** What has ended after each of the steps. */
function ends(
  waves: Waves,
  name: string,
  size: number,
): { readonly ended: string[]; readonly all: Promise<void>[] } {
  const ended: string[] = [];
  const all = Array.from({ length: size }, async (_, index) => {
    await waves.end(name, size);
    ended.push(`${name}${index}`);
  });
  return { ended, all };
}

test('what was begun together ends together, with the last of them', async () => {
  const waves = new Waves();
  const ended: string[] = [];
  const first = waves.end('a', 2).then(() => ended.push('first'));
  await new Promise((resolve) => setImmediate(resolve));
  expect(ended).toEqual([]);
  await waves.end('a', 2);
  await first;
  expect(ended).toEqual(['first']);
});

test('nobody waits long for one that is slow or never begun, nor for another wave', async () => {
  const waves = new Waves();
  const other = ends(waves, 'b', 3);
  const began = performance.now();
  await waves.end('a', 2);
  expect(performance.now() - began).toBeGreaterThan(200);
  await Promise.all(other.all);
  expect(other.ended).toHaveLength(3);
});

test('one that was slow waits for nobody: it may have no time left', async () => {
  const waves = new Waves();
  let hasEnded = false;
  void waves.end('a', 2, 250).then(() => {
    hasEnded = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(hasEnded).toBe(true);
});

test('the last one waits for nobody, though the others have gone', async () => {
  const waves = new Waves();
  await waves.end('a', 2);
  let hasEnded = false;
  void waves.end('a', 2).then(() => {
    hasEnded = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(hasEnded).toBe(true);
});

test('waves of which some never end are forgotten', async () => {
  const waves = new Waves();
  const first = waves.end('0', 2);
  await Promise.all(Array.from({ length: 1000 }, (_, index) => waves.end(String(index + 1), 2)));
  await first;
  // Its other half is the first of a new wave, and waits.
  const began = performance.now();
  await waves.end('0', 2);
  expect(performance.now() - began).toBeGreaterThan(200);
});
