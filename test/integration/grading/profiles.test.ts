import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NewProblem, SubmissionState } from '../../../devstack/stack/backend-api.js';
import type { TestStack } from './stack-fixture.js';
import { createTestStack, gradesBy, sumProblem, sumSource, untilGraded } from './stack-fixture.js';

/** A problem of one test: input 3, output 3. */
const echo: NewProblem = { title: 'echo', test_cases: [{ input_data: '3\n', expected_output: '3\n' }] };

let stack: TestStack;
beforeAll(async () => {
  stack = await createTestStack();
  await Promise.all([stack.start('backend'), stack.start('bridge')]);
});
afterAll(() => stack?.stop());

async function graded(
  source: string,
  problem: NewProblem = echo,
  language = 'cpp',
): Promise<SubmissionState> {
  const problemId = await stack.backend.createProblem(problem);
  const id = await stack.backend.submit({ problem_id: problemId, language, source_code: source });
  return untilGraded(stack, id);
}

const warned = '#include <iostream>\nint main() { int unused; int n; std::cin >> n; std::cout << n; }\n';
const killsItself = '#include <csignal>\nint main() { raise(SIGKILL); }\n';
const otherBlanks = '#include <iostream>\nint main() { std::cout << "1 \\n2"; }\n';
const twoLines = { title: 'two lines', test_cases: [{ input_data: '', expected_output: '1\n2\n' }] };
/** Touches 48 MB; with the C++ library's own memory about 52 MB. */
const hoard =
  '#include <iostream>\n#include <vector>\nint main() { std::vector<char> v(48 << 20, 1); std::cout << v[9] + 2; }\n';
const sleeps = (ms: number) =>
  `#include <chrono>\n#include <iostream>\n#include <thread>\nint main() { std::this_thread::sleep_for(std::chrono::milliseconds(${ms})); std::cout << 3; }\n`;
const pythonSleeps = (seconds: number) => `import time\ntime.sleep(${seconds})\nprint(3)\n`;
const javaSleeps = (ms: number) =>
  `public class Slow { public static void main(String[] a) throws Exception { Thread.sleep(${ms}); System.out.println(3); } }`;
const manyErrors = `int main() {\n${[1, 2, 3, 4, 5, 6, 7].map((n) => `  missing${n} = 1;\n`).join('')}}\n`;

describe('the go profile on the real stack (contract §7)', () => {
  gradesBy('go', () => stack);

  it('takes a warning for none, and leaves out the output of Accepted alone', async () => {
    const accepted = await graded(warned);
    expect(accepted).toMatchObject({ status: 'Accepted', score: 100 });
    expect(accepted.results).toMatchObject([{ output_received: null, error_message: null }]);
    const wrong = await graded('#include <cstdio>\nint main() { puts("4"); }\n');
    expect(wrong.results).toMatchObject([{ status: 'Wrong Answer', output_received: '4\n' }]);
  });

  it('tells output that differs in white space alone by Presentation Error', async () => {
    const state = await graded(otherBlanks, twoLines);
    expect(state).toMatchObject({ status: 'Presentation Error', score: 0 });
    expect(state.results[0]?.error_message).toMatch(/spaces or line breaks/);
  });

  it('cuts compile errors to the first five', async () => {
    const state = await graded(manyErrors);
    expect(state).toMatchObject({ status: 'Compile Error', score: 0, results: [{ test_case_id: null }] });
    const lines = (state.results[0]?.error_message ?? '').split('\n');
    expect(lines).toHaveLength(6);
    expect(lines[4]).toContain('missing5');
    expect(lines[5]).toBe('… (2 more)');
  });

  it('judges memory by the measured peak, against the limit of the problem', async () => {
    const tight = await graded(hoard, { ...echo, memory_limit_kb: 40_960 });
    expect(tight.status).toBe('Memory Limit Exceeded');
    expect(tight.results[0]?.memory_used_kb).toBeGreaterThan(49_152);
    expect(tight.results[0]?.error_message).toMatch(/limit of 40\.0 MB \(peak measured: [45]\d\.\d MB\)/);
    expect((await graded(hoard, { ...echo, memory_limit_kb: 81_920 })).status).toBe('Accepted');
  });

  it('takes SIGKILL without a sign of memory for a Runtime Error', async () => {
    const state = await graded(killsItself);
    expect(state.status).toBe('Runtime Error');
    expect(state.results[0]?.error_message).toContain('SIGKILL, exit code 137');
  });

  it('puts the limits of a language before those of the problem', async () => {
    const problem = {
      ...echo,
      time_limit_ms: 300,
      memory_limit_kb: 20_480,
      language_limits: { cpp: { timeMs: 3000, memoryKb: 81_920 } },
    };
    expect((await graded(sleeps(900), problem)).status).toBe('Accepted');
    expect((await graded(hoard, problem)).status).toBe('Accepted');
    const without = await graded(sleeps(900), {
      ...problem,
      language_limits: { java: { timeMs: 3000 } },
    });
    expect(without.status).toBe('Time Limit Exceeded');
    expect(without.results[0]?.error_message).toContain('limit of 300 ms');
  });

  it('knows a language by its other names', async () => {
    expect((await graded('print(input())\n', echo, 'Python3')).status).toBe('Accepted');
    expect((await graded(sumSource, sumProblem, 'C++')).status).toBe('Accepted');
  });
});

describe('the strict profile on the real stack', () => {
  gradesBy('strict', () => stack);

  it('takes a warning for none, and keeps the output of Accepted', async () => {
    const state = await graded(warned);
    expect(state).toMatchObject({ status: 'Accepted', results: [{ output_received: '3' }] });
  });

  it('shows all of the compile errors', async () => {
    const state = await graded(manyErrors);
    expect(state.status).toBe('Compile Error');
    expect(state.results[0]?.error_message).toContain('missing7');
  });

  it('enforces the memory limit of the problem, and no language limits', async () => {
    const limited = { ...echo, memory_limit_kb: 40_960, language_limits: { cpp: { memoryKb: 200_000 } } };
    expect((await graded(hoard, limited)).status).toBe('Memory Limit Exceeded');
    expect((await graded(hoard, { ...echo, memory_limit_kb: 81_920 })).status).toBe('Accepted');
  });

  it('enforces both limits in function mode too', async () => {
    const problem: NewProblem = {
      ...echo,
      grading_mode: 'function',
      function_signature: 'int f(int a)',
      time_limit_ms: 500,
      memory_limit_kb: 40_960,
    };
    const hoards = 'int f(int a) { vector<char> v(48 << 20, 1); return v[9] + 2; }';
    expect((await graded(hoards, problem)).status).toBe('Memory Limit Exceeded');
    const late = 'int f(int a) { cout << a << endl; this_thread::sleep_for(chrono::seconds(2)); exit(0); }';
    expect((await graded(late, problem)).status).toBe('Time Limit Exceeded');
    expect((await graded('int f(int a) { int unused; return a; }', problem)).status).toBe('Accepted');
  });

  it('has the other verdicts of the python profile: white space, SIGKILL', async () => {
    expect((await graded(otherBlanks, twoLines)).status).toBe('Wrong Answer');
    expect((await graded(killsItself)).status).toBe('Memory Limit Exceeded');
  });
});

describe('the python profile on the real stack (contract §6)', () => {
  gradesBy('python', () => stack);

  it('takes a warning for a Compile Error', async () => {
    const state = await graded(warned);
    expect(state.status).toBe('Compile Error');
    expect(state.results[0]?.error_message).toMatch(/unused variable/);
  });

  it('caps memory at 256 MB whatever the problem says, and minds no language limits', async () => {
    const problem = { ...echo, memory_limit_kb: 20_480, language_limits: { cpp: { timeMs: 1 } } };
    expect(await graded(hoard, problem)).toMatchObject({
      status: 'Accepted',
      results: [{ output_received: '3' }],
    });
  });

  it('gives Python five times the time and twice the memory, as under every profile (contract §7)', async () => {
    const problem = { ...echo, time_limit_ms: 400 };
    expect((await graded(pythonSleeps(1), problem, 'python')).status).toBe('Accepted');
    const slow = await graded(pythonSleeps(4), problem, 'python');
    expect(slow.status).toBe('Time Limit Exceeded');
    expect(slow.results[0]?.error_message).toContain('limit of 2000 ms');
    const memory = { ...echo, memory_limit_kb: 20_480, time_limit_ms: 2000 };
    const fits = 'b = bytearray(30 << 20)\nprint(3)\n';
    expect((await graded(fits, memory, 'python')).status).toBe('Accepted');
    const over = await graded('b = bytearray(70 << 20)\nprint(3)\n', memory, 'python');
    expect(over.status).toBe('Memory Limit Exceeded');
    expect(over.results[0]?.error_message).toContain('limit of 60.0 MB');
  });

  it('judges an exhausted Java heap as Memory Limit Exceeded, and what only says so by its words as it ended', async () => {
    const problem = { ...echo, time_limit_ms: 5000, memory_limit_kb: 65_536 };
    const main = (body: string) => `class bits { public static void main(String[] a) { ${body} } }`;
    const hoards = main('var l = new java.util.ArrayList<long[]>(); for (;;) l.add(new long[1000]);');
    const exhausted = await graded(hoards, problem, 'Java 11');
    expect(exhausted.status).toBe('Memory Limit Exceeded');
    expect(exhausted.results[0]?.error_message).toContain("128.0 MB for Java's heap");
    const words = 'Aborting due to java.lang.OutOfMemoryError: Java heap space';
    const says = main(`System.out.println("${words}"); System.err.println("${words}"); System.exit(3);`);
    expect((await graded(says, problem, 'java')).status).toBe('Runtime Error');
  });

  it('accepts a byte order mark before the source', async () => {
    const java = 'class bits { public static void main(String[] a) { System.out.println(3); } }';
    expect((await graded(`\uFEFF${java}`, echo, 'Java 17')).status).toBe('Accepted');
    expect((await graded('\uFEFF\uFEFFprint(3)\n', echo, 'Python 3')).status).toBe('Accepted');
    expect((await graded(`\uFEFF${sumSource}`, sumProblem, 'c++14')).status).toBe('Accepted');
  });

  it('counts 1 MiB of output as too much, and a byte less as output', async () => {
    const prints = (bytes: number) => `import sys\nsys.stdout.write("x" * ${bytes})\n`;
    const full = await graded(prints(1_048_576), echo, 'python');
    expect(full.status).toBe('Output Limit Exceeded');
    expect((await graded(prints(1_048_575), echo, 'python')).status).toBe('Wrong Answer');
  });

  it('blames a test that is too large for any program on the problem', async () => {
    const large = {
      title: 'large',
      test_cases: [{ input_data: 'x'.repeat(64 * 1024 * 1024 - 32 * 1024), expected_output: '' }],
    };
    const state = await graded(sumSource, large);
    expect(state.status).toBe('System Error');
    expect(state.results[0]?.error_message).toMatch(
      /^Test 1 of this problem \(id \d+\) has an input of 64\.0 MiB/,
    );
  });

  it('records a score whatever the points of the tests are', async () => {
    const points = {
      title: 'points',
      test_cases: [
        { ...echo.test_cases[0], input_data: '3\n', expected_output: '3\n', points: 2_147_483_647 },
        { input_data: '4\n', expected_output: 'no\n', points: -2_147_483_648 },
      ],
    };
    const state = await graded('print(input())\n', points, 'python');
    expect(state.status).toBe('Wrong Answer');
  });

  it('gives Java three times the time and twice the memory, and 50 MB more', async () => {
    const problem = { ...echo, time_limit_ms: 1500, memory_limit_kb: 65_536 };
    expect((await graded(javaSleeps(1600), problem, 'java')).status).toBe('Accepted');
    const slow = await graded(javaSleeps(9000), problem, 'java');
    expect(slow.status).toBe('Time Limit Exceeded');
    expect(slow.results[0]?.error_message).toContain('limit of 4500 ms');
  });
});
