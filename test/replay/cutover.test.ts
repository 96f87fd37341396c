import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { cutoverHistories } from '../cutover-scenarios.js';

// That each of them replays is checked with all others, in grade-submission.test.ts.
it('histories of every turn a cutover can take are kept', () => {
  const names = readdirSync(fileURLToPath(new URL('../histories/', import.meta.url)));
  expect(names).toEqual(expect.arrayContaining(cutoverHistories.map((name) => `${name}.json`)));
});
