import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoPrograms } from '../../../devstack/demo/catalogue.js';
import { isAsExpected } from '../../../devstack/demo/live-table.js';
import { runDemo } from '../../../devstack/demo/run-demo.js';
import type { TestStack } from './stack-fixture.js';
import { createTestStack, sumProblem, sumSource, untilGraded } from './stack-fixture.js';

let stack: TestStack;

beforeAll(async () => {
  stack = await createTestStack();
  await Promise.all([stack.start('backend'), stack.start('worker'), stack.start('bridge')]);
});
afterAll(() => stack?.stop());

describe('a submission through the backend, RabbitMQ, Temporal and Docker', () => {
  it('gets the expected verdict and score for every program of the demo', async () => {
    const rows = await runDemo({ backendUrl: stack.backendUrl, ...stack.places }, () => {});
    expect(rows).toHaveLength(demoPrograms.length);
    expect(
      rows
        .filter((row) => !isAsExpected(row))
        .map((row) => `${row.program.file}: ${row.verdict} ${row.score}`),
    ).toEqual([]);
  });

  it('takes a program that opens its input and output by name, as templates of contests do', async () => {
    const problem = await stack.backend.createProblem(sumProblem);
    const id = await stack.backend.submit({
      problem_id: problem,
      language: 'cpp',
      source_code: `#include <cstdio>
int main() {
  if (!std::freopen("input.txt", "r", stdin) || !std::freopen("output.txt", "w", stdout)) return 1;
  long long a, b;
  if (std::scanf("%lld %lld", &a, &b) == 2) std::printf("%lld\\n", a + b);
}
`,
    });
    expect((await untilGraded(stack, id)).status).toBe('Accepted');
  });

  it('keeps output that is no text from harming the result', async () => {
    const problem = await stack.backend.createProblem(sumProblem);
    const id = await stack.backend.submit({
      problem_id: problem,
      language: 'cpp',
      source_code: '#include <cstdio>\nint main() { std::fwrite("\\0\\xff\\xfe 3", 1, 5, stdout); }\n',
    });
    const state = await untilGraded(stack, id);
    expect(state.status).toBe('Wrong Answer');
    expect(state.results).toHaveLength(3);
    expect(state.results[0]?.output_received).not.toContain('\0');
  });

  it('takes a source of one megabyte', async () => {
    const problem = await stack.backend.createProblem(sumProblem);
    const id = await stack.backend.submit({
      problem_id: problem,
      language: 'cpp',
      source_code: `${sumSource}${'// a very long comment that goes on and on\n'.repeat(25_000)}`,
    });
    expect((await untilGraded(stack, id)).status).toBe('Accepted');
  });

  it('says System Error and names the language it does not know', async () => {
    const problem = await stack.backend.createProblem(sumProblem);
    const id = await stack.backend.submit({
      problem_id: problem,
      language: 'cobol',
      source_code: 'DISPLAY 3',
    });
    const state = await untilGraded(stack, id);
    expect(state.status).toBe('System Error');
    expect(state.results[0]?.error_message).toContain('cobol');
  });

  it('says System Error and names the missing tests of a problem', async () => {
    const problem = await stack.backend.createProblem({ ...sumProblem, test_cases: [] });
    const id = await stack.backend.submit({ problem_id: problem, language: 'cpp', source_code: sumSource });
    const state = await untilGraded(stack, id);
    expect(state.status).toBe('System Error');
    expect(state.results[0]?.error_message).toMatch(/no test/i);
  });
});
