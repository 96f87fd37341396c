import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SubmissionState } from '../../../devstack/stack/backend-api.js';
import type { FunctionCase } from './function-problems.js';
import { functionCases } from './function-problems.js';
import { randomTypes } from './random-types.js';
import type { TestStack } from './stack-fixture.js';
import { createTestStack, gradesBy, untilGraded } from './stack-fixture.js';

interface Handed {
  readonly signature: string;
  readonly input: string;
  readonly expected: string;
  readonly language: string;
  readonly source: string;
}

let stack: TestStack;
beforeAll(async () => {
  stack = await createTestStack();
  await Promise.all([stack.start('backend'), stack.start('bridge')]);
});
afterAll(() => stack?.stop());

async function graded(handed: Handed): Promise<SubmissionState> {
  const problem = await stack.backend.createProblem({
    title: 'function mode',
    grading_mode: 'function',
    function_signature: handed.signature,
    test_cases: [{ input_data: handed.input, expected_output: handed.expected }],
  });
  const id = await stack.backend.submit({
    problem_id: problem,
    language: handed.language,
    source_code: handed.source,
  });
  return untilGraded(stack, id);
}

/** Verdict and what explains it, so that a failing row tells why. */
async function verdicts(form: 'typed' | 'json', language: 'cpp' | 'python' | 'java'): Promise<string[]> {
  const one = async (example: FunctionCase): Promise<string> => {
    const { signature, expected } = example;
    const state = await graded({
      signature,
      input: example[form],
      expected,
      language,
      source: example[language],
    });
    const [result] = state.results;
    const why = state.status === 'Accepted' ? '' : ` ${result?.error_message ?? result?.output_received}`;
    return `${signature}: ${state.status}${why}`;
  };
  return Promise.all(functionCases.map(one));
}

/** A function of many random types: what is judged is that the generated code compiles and runs. */
async function gradeRandomTypes(form: 'typed' | 'json'): Promise<string> {
  const seed = Date.now();
  const types = randomTypes(40, seed);
  const state = await graded({
    signature: `vector<pair<string, ${types[0]?.text}>> f(${types.map(({ text }) => text).join(', ')})`,
    input: form === 'typed' ? '' : JSON.stringify(types.map(({ json }) => json)),
    expected: '',
    language: 'cpp',
    source: `template <class... T> vector<pair<string, ${types[0]?.text}>> f(T&...) { return {}; }`,
  });
  const why = state.status === 'Accepted' ? '' : ` (seed ${seed}) ${state.results[0]?.error_message}`;
  return `${state.status}${why}`;
}

const allAccepted = functionCases.map(({ signature }) => `${signature}: Accepted`);

describe('function mode under the python profile', () => {
  gradesBy('python', () => stack);

  it('accepts right C++ functions, fed by typed stdin', async () => {
    expect(await verdicts('typed', 'cpp')).toEqual(allAccepted);
  });

  it.each(['python', 'java'] as const)('accepts right functions in %s, fed by JSON', async (language) => {
    expect(await verdicts('json', language)).toEqual(allAccepted);
  });

  it('compiles its harness for random types', async () => {
    expect(await gradeRandomTypes('typed')).toBe('Accepted');
  });

  const cpp = (source: string): Handed => ({
    signature: 'int f(int a)',
    input: '3',
    expected: '4',
    language: 'cpp',
    source,
  });

  it.each([
    ['another result', 'int f(int a) { return a; }', 'Wrong Answer', null],
    [
      'an exception',
      'int f(int a) { throw runtime_error("no luck"); }',
      'Runtime Error',
      /Runtime Error: no luck/,
    ],
    ['a thrown number', 'int f(int a) { throw 7; }', 'Runtime Error', /unknown exception/],
    ['a crash', 'int f(int a) { return *(volatile int*)nullptr; }', 'Runtime Error', /SIGSEGV/],
    ['a crash after the right output', 'int f(int a) { cout << "4" << endl; abort(); }', 'Accepted', null],
    [
      'a loop after the right output',
      'int f(int a) { cout << "4" << endl; for (volatile int i = 0;; i = i) {} }',
      'Time Limit Exceeded',
      /time limit/,
    ],
    [
      'an unused variable, of which the compiler would warn',
      'int f(int a) { int unused; return a + 1; }',
      'Accepted',
      null,
    ],
  ])('judges %s', async (_what, source, status, message) => {
    const state = await graded(cpp(source));
    expect(state.status).toBe(status);
    expect(state.results[0]).toMatchObject({ execution_time_ms: 0, memory_used_kb: 0 });
    if (message === null) expect(state.results[0]?.error_message).toBeNull();
    else expect(state.results[0]?.error_message).toMatch(message);
  });

  it("shows a compile error at the student's own line", async () => {
    const state = await graded(cpp('int f(int a) {\n  return b;\n}'));
    expect(state.status).toBe('Compile Error');
    expect(state.results[0]?.error_message).toMatch(/solution\.cpp:2:10: error/);
  });

  it('hands a type it does not know over as one word', async () => {
    const state = await graded({
      ...cpp(
        'struct Name { string text; Name(string t) : text(t) {} };\nint f(Name n) { return n.text.size(); }',
      ),
      signature: 'int f(Name n)',
      input: 'four more',
    });
    expect(state.status).toBe('Accepted');
  });

  it.each([
    ['python', '[3,]'],
    ['python', '3'],
    ['java', '[True]'],
    ['java', '[3, 4]'],
    ['cpp', '[3]'],
  ])('blames the test and not the student where nothing in %s can read %s', async (language, input) => {
    const state = await graded({ ...cpp('no program at all'), language, input });
    expect(state.status).toBe('System Error');
    expect(state.results[0]?.error_message).toMatch(
      /^Test 1 of this problem \(id \d+\) has an input that cannot be read/,
    );
  });

  it.each([
    ['cpp', '-0.0', 'double f(double x) { return x; }'],
    ['python', '[-0.0]', 'def f(x: Optional[float]) -> List[float]:\n    return x'],
    ['java', '[-0.0]', 'double f(double x) { return x; }'],
  ])('hands a negative zero over in %s, and knows the names of typing', async (language, input, source) => {
    const signature = 'double f(double x)';
    expect((await graded({ signature, input, expected: '-0', language, source })).status).toBe('Accepted');
  });

  it.each([
    ['cpp', 'int f() { return 7; }'],
    ['python', 'def f():\n    return 7'],
    ['java', 'int f() { return 7; }'],
  ])('needs no input for a function without parameters in %s', async (language, source) => {
    const handed = { signature: 'int f()', input: '', expected: '7', language, source };
    expect((await graded(handed)).status).toBe('Accepted');
  });

  it('says System Error and what cannot be read of a signature', async () => {
    const state = await graded({ ...cpp('int f(int* a) { return 4; }'), signature: 'int f(int* a)' });
    expect(state.status).toBe('System Error');
    expect(state.results[0]?.error_message).toContain('cannot be read: parameter 1 is a pointer');
  });

  it.each([
    ['python', 'def g(a):\n    return 4', 'no function f'],
    ['python', 'def f(a):\n    return a / 0', 'ZeroDivisionError'],
    ['java', 'int g(int a) { return 4; }', 'no method f with 1 parameters'],
    ['java', 'int f(int a) { return a / 0; }', 'ArithmeticException'],
  ])('explains what went wrong in %s: %s', async (language, source, message) => {
    const state = await graded({ ...cpp(source), language, input: '[3]' });
    expect(state.status).toBe('Runtime Error');
    expect(state.results[0]?.error_message).toContain(message);
  });

  it.each([
    ['python', 'def f(a:\n    return 4', 'solution.py'],
    ['java', 'int f(int a) {\n  return b;\n}', 'Solution.java:2: error'],
  ])('shows a compile error in %s', async (language, source, message) => {
    const state = await graded({ ...cpp(source), language, input: '[3]' });
    expect(state.status).toBe('Compile Error');
    expect(state.results[0]?.error_message).toContain(message);
  });
});

describe('function mode under the go profile', () => {
  gradesBy('go', () => stack);

  it('accepts right C++ functions, fed by JSON', async () => {
    expect(await verdicts('json', 'cpp')).toEqual(allAccepted);
  });

  it('compiles its harness for random types, and reads values of them', async () => {
    expect(await gradeRandomTypes('json')).toBe('Accepted');
  });

  it('measures, and a crash after the right output is a Runtime Error', async () => {
    const state = await graded({
      signature: 'int f(int a)',
      input: '[3]',
      expected: '4',
      language: 'cpp',
      source: 'int f(int a) { cout << "4" << endl; abort(); }',
    });
    expect(state.status).toBe('Runtime Error');
    expect(state.results[0]?.memory_used_kb).toBeGreaterThan(0);
  });

  // Was a Runtime Error, booked on the student.
  it('blames input that is no array of arguments on the test', async () => {
    const state = await graded({
      signature: 'int f(int a)',
      input: '3',
      expected: '4',
      language: 'cpp',
      source: 'int f(int a) { return a + 1; }',
    });
    expect(state.status).toBe('System Error');
    expect(state.results[0]?.error_message).toMatch(
      /^Test 1 of this problem .* no JSON array of the arguments/,
    );
  });
});
