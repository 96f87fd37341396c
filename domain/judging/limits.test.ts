import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { outcome } from '../../test/fakes/execution-outcomes.js';
import type { GradingProfile } from './grading-profile.js';
import type { Language } from './language.js';
import { languages } from './language.js';
import {
  batchTimeoutMs,
  containerMemoryKb,
  effectiveLimits,
  hardWallLimitMs,
  maxMemoryLimitKb,
  maxTimeLimitMs,
  withinBounds,
} from './limits.js';
import { testMessage } from './messages.js';

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

/** What a column, a JSON of a teacher's tool, or an environment may hold. */
const anyNumber = fc.oneof(
  fc.constantFrom(0, -0, -1, 0.4, 1, 1e308, -1e308, 5e-324, 2 ** 31 - 1, 2 ** 32, 429_496_729, 429_496_730),
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 600_000, 3_600_001),
  fc.double(),
  fc.integer(),
);
const anyOwn = fc.record({ timeMs: anyNumber, memoryKb: anyNumber }, { requiredKeys: [] });
const anyLimits = fc.record({
  problem: fc.record({
    timeLimitMs: fc.option(anyNumber),
    memoryLimitKb: fc.option(anyNumber),
    languageLimits: fc.option(
      fc.dictionary(fc.constantFrom('cpp', 'python', 'java', 'c++', 'Python 3', '__proto__', 'x'), anyOwn),
    ),
  }),
  language: fc.constantFrom<Language>('cpp', 'python', 'java'),
  profile: fc.constantFrom<GradingProfile>('python', 'go', 'strict'),
  defaults: fc.record({ timeLimitMs: anyNumber, memoryLimitKb: anyNumber }),
});
/** A timer of Node.js fires at once past this, and the runner's fields hold less than twice as much. */
const maxTimerMs = 2 ** 31 - 1;

describe('whatever the platform has for limits', () => {
  it('whole and bounded limits come of it, which every time-out and figure on the way can hold', () => {
    fc.assert(
      fc.property(
        anyLimits,
        fc.integer({ min: 1, max: 1000 }),
        ({ problem, language, profile, defaults }, tests) => {
          const limits = effectiveLimits(problem, language, profile, defaults);
          expect(Number.isInteger(limits.timeLimitMs) && Number.isInteger(limits.memoryLimitKb)).toBe(true);
          expect(limits.timeLimitMs).toBeGreaterThanOrEqual(1);
          expect(limits.timeLimitMs).toBeLessThanOrEqual(maxTimeLimitMs);
          expect(limits.memoryLimitKb).toBeGreaterThanOrEqual(1);
          expect(limits.memoryLimitKb).toBeLessThanOrEqual(maxMemoryLimitKb);
          // They travel as JSON.
          expect(withinBounds(JSON.parse(JSON.stringify(limits)))).toEqual(limits);
          // The program's own limit comes first, then the clock, then the activity.
          expect(hardWallLimitMs(limits.timeLimitMs)).toBeGreaterThan(limits.timeLimitMs);
          expect(hardWallLimitMs(limits.timeLimitMs) + 60_000).toBeLessThan(maxTimerMs);
          expect(batchTimeoutMs(1, limits.timeLimitMs)).toBeGreaterThan(
            hardWallLimitMs(limits.timeLimitMs) + 60_000,
          );
          expect(batchTimeoutMs(tests, limits.timeLimitMs)).toBeGreaterThanOrEqual(
            tests * limits.timeLimitMs,
          );
          // Docker takes no less than 6 MB.
          expect(containerMemoryKb(limits, profile, language)).toBeGreaterThan(6 * 1024);
          const stopped = outcome('', { end: 'time-limit', judgedMs: limits.timeLimitMs });
          expect(testMessage('Time Limit Exceeded', stopped, limits, language)).toMatch(/limit of \d+ ms/);
          expect(languages[language].runCommand('Main.java', limits.memoryLimitKb).join(' ')).not.toMatch(
            /NaN|e\+/,
          );
        },
      ),
    );
  });

  it('a number that is no limit counts as not given', () => {
    for (const none of [null, 0, -5, Number.NaN, Number.NEGATIVE_INFINITY]) {
      const limits = effectiveLimits(
        { ...problem, timeLimitMs: none, memoryLimitKb: none },
        'cpp',
        'go',
        defaults,
      );
      expect(limits).toEqual(defaults);
    }
  });

  it('a limit above the highest is the highest', () => {
    for (const huge of [3_600_001, 429_496_730, 1e308, Number.POSITIVE_INFINITY]) {
      expect(effectiveLimits({ ...problem, timeLimitMs: huge }, 'java', 'go', defaults).timeLimitMs).toBe(
        3_600_000,
      );
      expect(
        effectiveLimits({ ...problem, memoryLimitKb: 10 * huge }, 'java', 'go', defaults).memoryLimitKb,
      ).toBe(16_777_216);
    }
  });

  it('the limits of a language are found under any of its names, the engine’s own first', () => {
    const named = (languageLimits: Record<string, { timeMs: number }>) =>
      effectiveLimits({ ...problem, languageLimits }, 'cpp', 'go', defaults).timeLimitMs;
    expect(named({ 'C++17': { timeMs: 700 } })).toBe(700);
    expect(named({ 'C++17': { timeMs: 700 }, cpp: { timeMs: 800 } })).toBe(800);
    expect(named({ c: { timeMs: 700 } })).toBe(2000);
  });
});
