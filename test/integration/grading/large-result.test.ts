import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TestStack } from './stack-fixture.js';
import { createTestStack, untilGraded } from './stack-fixture.js';

const tests = 1_000;
/** Six bytes each in JSON, on both streams, and the exit status of a crash. */
const hostile = `import sys
text = chr(1) * 60000
sys.stdout.write(text)
sys.stderr.write(text)
sys.exit(3)
`;

let stack: TestStack;

beforeAll(async () => {
  stack = await createTestStack();
  await Promise.all([stack.start('backend'), stack.start('worker'), stack.start('bridge')]);
});

afterAll(async () => {
  await stack?.stop();
});

it('a program that fills both streams of a thousand tests with control characters gets its verdict, and one limit cuts all texts', async () => {
  const problem_id = await stack.backend.createProblem({
    title: 'A thousand tests',
    time_limit_ms: 4_000,
    test_cases: Array.from({ length: tests }, () => ({ input_data: '', expected_output: 'x' })),
  });
  const id = await stack.backend.submit({ problem_id, language: 'python', source_code: hostile });
  const { status, results } = await untilGraded(stack, id);
  expect(status).toBe('Runtime Error');
  expect(results).toHaveLength(tests);
  // 120 MB were written, 720 MB as JSON.
  expect(Buffer.byteLength(JSON.stringify(results))).toBeLessThan(8.5 * 1024 * 1024);
  for (const { output_received } of results) {
    const [shown, note] = (output_received ?? '').split('\n');
    expect(shown?.length).toBeGreaterThan(300);
    expect(shown?.replaceAll(String.fromCharCode(1), '')).toBe('');
    expect(note).toBe('… (cut: the texts of all tests together are too long)');
  }
}, 400_000);
