import { describe, expect, it } from 'vitest';
import { containerMemoryKb, effectiveLimits } from './limits.js';

const defaults = { timeLimitMs: 1000, memoryLimitKb: 256_000 };
const problem = { timeLimitMs: 2000, memoryLimitKb: 65_536, languageLimits: null };

describe('effectiveLimits', () => {
  it('takes the time of the problem and the fixed memory cap under the python profile', () => {
    expect(effectiveLimits(problem, 'cpp', 'python', defaults)).toEqual({
      timeLimitMs: 2000,
      memoryLimitKb: 262_144,
    });
  });

  it('enforces the memory of the problem under the strict profile', () => {
    expect(effectiveLimits(problem, 'cpp', 'strict', defaults).memoryLimitKb).toBe(65_536);
  });

  it('falls back to the defaults where the problem has no limit or a senseless one', () => {
    const without = { timeLimitMs: null, memoryLimitKb: 0, languageLimits: null };
    expect(effectiveLimits(without, 'cpp', 'go', defaults)).toEqual(defaults);
  });

  it('multiplies time and memory for Python and Java under every profile', () => {
    expect(effectiveLimits(problem, 'python', 'python', defaults)).toEqual({
      timeLimitMs: 10_000,
      memoryLimitKb: 2 * 65_536 + 20_480,
    });
    expect(effectiveLimits(problem, 'java', 'go', defaults)).toEqual({
      timeLimitMs: 6000,
      memoryLimitKb: 2 * 65_536 + 51_200,
    });
  });

  it('prefers language_limits, then applies the factors', () => {
    const own = { ...problem, languageLimits: { java: { timeMs: 500 } } };
    expect(effectiveLimits(own, 'java', 'go', defaults)).toEqual({
      timeLimitMs: 1500,
      memoryLimitKb: 2 * 65_536 + 51_200,
    });
  });
});

describe('containerMemoryKb', () => {
  it('is the legacy cap for python and leaves room to measure an excess elsewhere', () => {
    const limits = { timeLimitMs: 1000, memoryLimitKb: 65_536 };
    expect(containerMemoryKb(limits, 'python', 'cpp')).toBe(262_144);
    expect(containerMemoryKb(limits, 'go', 'cpp')).toBe(131_072);
  });
});
