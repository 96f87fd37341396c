import { describe, expect, test, vi } from 'vitest';
import { createLogger } from '../platform/process/logger.js';
import { createSubmissionLookup, DatabaseSilentError } from './submission-lookup.js';

const log = createLogger({ name: 'test', level: 'silent', format: 'json' });
const header = { classId: 1, isTest: false, problemTitle: 'A + B', language: 'cpp' };

describe('the lookup of a submission', () => {
  test('asks a silent database once a second, whatever comes, and notices when it is back', async () => {
    vi.useFakeTimers();
    try {
      let asked = 0;
      let isDown = true;
      const lookup = createSubmissionLookup(async (id) => {
        asked += 1;
        if (isDown) throw new Error('down');
        return id === 0 ? undefined : header;
      }, log);
      const answers = Promise.allSettled([1, 2, 3, 4].map((id) => lookup.find(id)));
      await vi.advanceTimersByTimeAsync(0);
      expect((await answers).every(({ status }) => status === 'rejected')).toBe(true);
      const askedAtFirst = asked;
      const late = expect(lookup.find(5)).rejects.toThrow(DatabaseSilentError);
      await vi.advanceTimersByTimeAsync(3_500);
      await late;
      expect(asked - askedAtFirst).toBe(3);
      expect(lookup.silentMs()).toBe(3_500);
      isDown = false;
      await vi.advanceTimersByTimeAsync(1_000);
      expect(lookup.silentMs()).toBeUndefined();
      const found = lookup.find(6);
      await vi.advanceTimersByTimeAsync(0);
      expect(await found).toEqual(header);
      lookup.close();
    } finally {
      vi.useRealTimers();
    }
  });
});
