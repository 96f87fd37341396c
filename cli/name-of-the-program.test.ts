import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectRoot } from '../devstack/project-root.js';

/** Settings are documented by a command of the checkout; completion serves both names. */
const ofTheCheckout = ['platform/settings/settings-table.ts', 'cli/completion/render-completion.ts'];

test('what an operator reads says grader, as the program is called in images and packages, not the launcher of a checkout', () => {
  const sources = ['cli', 'console', 'domain', 'platform'].flatMap((zone) =>
    readdirSync(join(projectRoot, zone), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
      .map((file) => join(zone, file)),
  );
  const named = sources.filter((file) =>
    /\.\/grader [a-z$]/.test(readFileSync(join(projectRoot, file), 'utf8')),
  );
  expect(named.filter((file) => !ofTheCheckout.includes(file))).toEqual([]);
});
