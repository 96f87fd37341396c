import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '../project-root.js';

const document = readFileSync(join(projectRoot, 'docs/security.md'), 'utf8');

/** As the document names a test: `file` › “title”. */
const named = [...document.matchAll(/`([\w./-]+\.test\.ts)` › “([^”]+)”/g)].map(
  ([, file = '', title = '']) => [file, title] as const,
);
/** Rows of the tables of measures: first cell a measure, last cell its proof. */
const measures = document
  .split('\n\n')
  .filter((paragraph) => /^\| measure +\| proof/.test(paragraph))
  .flatMap((table) => table.trimEnd().split('\n').slice(2));

// That its files exist: links.test.ts.
describe('docs/security.md', () => {
  it.each(named)('names a test there is: %s › %s', (file, title) => {
    const source = readFileSync(join(projectRoot, file), 'utf8');
    const spellings = ["'", '"', '`'].map((quote) => `${quote}${title}${quote}`);
    expect(spellings.some((spelling) => source.includes(spelling))).toBe(true);
  });

  it('has a proof for every measure', () => {
    expect(measures.length).toBeGreaterThan(20);
    const withoutProof = measures.filter((row) => !/` › “|`test\/attacks\/programs\//.test(row));
    expect(withoutProof).toEqual([]);
  });
});
