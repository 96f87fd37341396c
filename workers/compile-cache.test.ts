import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCompileCache } from './compile-cache.js';

const archive = (length: number) => new Uint8Array(length).fill(length % 256);

describe('createCompileCache', () => {
  it('gives back what was put last under a key', () => {
    const cache = createCompileCache(100);
    cache.put('a', archive(10));
    cache.put('a', archive(20));
    expect(cache.get('a')).toEqual(archive(20));
    expect(cache.get('b')).toBeUndefined();
  });

  it('forgets the one not used for longest when it is full', () => {
    const cache = createCompileCache(100);
    cache.put('a', archive(40));
    cache.put('b', archive(40));
    cache.get('a');
    cache.put('c', archive(40));
    expect([cache.get('a'), cache.get('b'), cache.get('c')].map((kept) => kept?.length)).toEqual([
      40,
      undefined,
      40,
    ]);
  });

  it('keeps nothing when its size is 0', () => {
    const cache = createCompileCache(0);
    cache.put('a', archive(1));
    expect(cache.get('a')).toBeUndefined();
  });

  it('never holds more than its size, whatever is put and used', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ key: fc.integer({ min: 0, max: 9 }), length: fc.nat(60), use: fc.nat(9) })),
        (steps) => {
          const cache = createCompileCache(100);
          for (const { key, length, use } of steps) {
            cache.put(String(key), archive(length));
            cache.get(String(use));
          }
          const held = Array.from({ length: 10 }, (_, key) => cache.get(String(key))?.length ?? 0);
          expect(held.reduce((sum, length) => sum + length, 0)).toBeLessThanOrEqual(100);
        },
      ),
    );
  });
});
