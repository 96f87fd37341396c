import { describe, expect, it } from 'vitest';
import type { GradingProfile } from '../judging/grading-profile.js';
import { gradingRules } from '../judging/grading-profile.js';
import type { Language } from '../judging/language.js';
import { functionProgram } from './function-program.js';
import { readSignature } from './function-signature.js';

function program(language: Language, profile: GradingProfile, text: string, source = 'the source') {
  const reading = readSignature(text);
  if (reading.kind === 'unreadable') throw new Error(reading.reason);
  return functionProgram(language, gradingRules(profile, language), reading.signature, source);
}

describe('functionProgram', () => {
  it('reads C++ arguments from stdin in order under the python profile (contract §6)', () => {
    const [main, solution] = program(
      'cpp',
      'python',
      'int f(vector<pair<long long, string>>& a, Word w, bool)',
    );
    expect(main.content).toContain(
      [
        'std::vector<std::pair<long long, std::string>> grader_argument1{};',
        'grader_harness::grader_read(std::cin, grader_argument1);',
        'std::string grader_argument2{};',
        'grader_harness::grader_read(std::cin, grader_argument2);',
        'bool grader_argument3{};',
        'grader_harness::grader_read(std::cin, grader_argument3);',
        'auto&& grader_result = f(grader_argument1, grader_argument2, grader_argument3);',
      ].join('\n    '),
    );
    expect(solution).toEqual({ name: 'solution.cpp', content: 'the source' });
    expect(main.content.indexOf('using namespace std;')).toBeLessThan(main.content.indexOf('"solution.cpp"'));
  });

  it('reads a JSON array under the go profile (contract §7)', () => {
    const [main] = program('cpp', 'go', 'int f(int a, int b)');
    expect(main.content).toContain('grader_harness::Json grader_input(2);');
    expect(main.content).not.toContain('read(std::cin');
  });

  it('says that a void function was executed (contract §6)', () => {
    for (const language of ['cpp', 'python', 'java'] as const) {
      const [main] = program(language, 'python', 'void f(int a)');
      expect(main.content).toContain('void function executed successfully');
    }
  });

  it('gives Python and Java JSON under every profile (contract §7)', () => {
    const [python, pythonSource] = program('python', 'python', 'vector<double> f(int a)');
    expect(python).toMatchObject({ name: 'main.py', content: expect.stringContaining('json.loads') });
    expect(python.content).toContain('RESULT = ("vector", [("real", [])])');
    expect(pythonSource?.name).toBe('solution.py');
    const [java, javaSource] = program('java', 'python', 'int f(int a)', 'int f(int a) { return a; }');
    expect(java).toMatchObject({
      name: 'GraderHarness.java',
      content: expect.stringContaining('{"Solution"}'),
    });
    expect(javaSource?.name).toBe('Solution.java');
  });
});
