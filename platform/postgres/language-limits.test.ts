import { describe, expect, it } from 'vitest';
import { languageLimitsFrom } from './language-limits.js';

describe('languageLimitsFrom', () => {
  it('reads what the platform writes, and numbers written as text', () => {
    expect(languageLimitsFrom({ cpp: { timeMs: 1000, memoryKb: 65_536 }, java: { timeMs: '2500' } })).toEqual(
      {
        cpp: { timeMs: 1000, memoryKb: 65_536 },
        java: { timeMs: 2500 },
      },
    );
  });

  it.each([
    [null],
    [[]],
    ['{"cpp": {}}'],
    [5],
    [{ cpp: null }],
    [{ cpp: [1000] }],
    [{ cpp: 'fast' }],
    [{ cpp: { timeMs: null, memoryKb: 'much' } }],
    [{ cpp: { timeMs: -5, memoryKb: 0 } }],
    [{ cpp: { timeMs: Number.POSITIVE_INFINITY, memoryKb: Number.NaN } }],
    [{ cpp: { timeMs: '', memoryKb: ' ' } }],
    [{ cpp: { timeMs: true, memoryKb: {} } }],
  ])('leaves out what is no limit: %j', (value) => {
    for (const limits of Object.values(languageLimitsFrom(value) ?? {})) expect(limits).toEqual({});
  });
});
