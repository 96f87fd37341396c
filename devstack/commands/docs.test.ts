import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createDevelopmentProgram } from '../program.js';
import { projectRoot } from '../project-root.js';
import { generatedDocs } from './docs.js';

it('finds the generated documents as the code makes them; otherwise: npm run docs', async () => {
  for (const [file, content] of Object.entries(await generatedDocs(createDevelopmentProgram()))) {
    expect(readFileSync(join(projectRoot, file), 'utf8'), file).toBe(content);
  }
}, 180_000);
