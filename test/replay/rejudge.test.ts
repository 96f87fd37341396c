import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

// That each of them replays is checked with all others, in grade-submission.test.ts.
it('histories of every course of rejudge and shadow sets are kept', () => {
  const names = readdirSync(fileURLToPath(new URL('../histories/', import.meta.url)));
  expect(names).toEqual(
    expect.arrayContaining([
      'apply-conflict.json',
      'apply-recorded.json',
      'rejudge-applied.json',
      'rejudge-cancelled.json',
      'rejudge-first-run.json',
      'rejudge-run-with-decision.json',
      'shadow-accepted.json',
      'shadow-compile-error.json',
      'shadow-compared.json',
      'shadow-failed.json',
      'shadow-set.json',
    ]),
  );
});
