import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoPrograms } from '../../devstack/demo/catalogue.js';
import { projectRoot } from '../../devstack/project-root.js';
import { languageNamed } from '../../domain/judging/language-name.js';
import { grade } from '../attacks/grade.js';
import type { TestSandbox } from '../integration/docker-fixture.js';
import { openTestSandbox } from '../integration/docker-fixture.js';
import { scaled } from '../time-factor.js';

describe('the programs of the demo', () => {
  let test: TestSandbox;
  beforeAll(async () => {
    test = await openTestSandbox();
  });
  afterAll(() => test.close());

  // Without tests nothing comes to the sandbox.
  const sandboxed = demoPrograms.filter(({ problem }) => problem.tests.length > 0);
  it.each(sandboxed)(
    'get what they get everywhere: $file',
    async ({ file, language: name, problem, expected }) => {
      const language = languageNamed(name) ?? 'cpp';
      const { memoryLimitKb, tests } = problem;
      const limits = {
        timeLimitMs: scaled(problem.timeLimitMs),
        memoryLimitKb,
        compileTimeMs: scaled(20_000),
      };
      const source = pathToFileURL(join(projectRoot, 'devstack', 'demo', 'programs', file));
      const graded = await grade(test.sandbox, { language, ...limits }, source, tests);
      expect(graded.status, graded.detail).toBe(expected);
    },
  );
});
