import { describe, expect, it } from 'vitest';
import { memoryCapKb } from './memory-cap.js';

describe('memoryCapKb', () => {
  it("is the program's own memory where files and input are small", () => {
    expect(memoryCapKb(262_144, 100_000, 900_000)).toBe(262_144);
  });

  it('adds what files and input hold, in steps, so that it seldom changes', () => {
    expect(memoryCapKb(65_536, 3 * 1024 * 1024, 0)).toBe(65_536 + 2 * 1024);
    expect(memoryCapKb(65_536, 0, 3 * 1024 * 1024 + 1)).toBe(65_536 + 3 * 1024);
  });
});
