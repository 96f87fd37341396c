import stringWidth from 'string-width';
import { expect, it } from 'vitest';
import type { Paint } from '../../platform/terminal/paint.js';
import type { Problem, SubmissionState } from '../stack/backend-api.js';
import { renderVerdict } from './render-verdict.js';
import { showDifference } from './show-difference.js';

const plain: Paint = (_style, text) => text;
const problem: Problem = {
  id: 1,
  title: 'A + B',
  test_cases: [
    { id: 10, input_data: '1 2\n', expected_output: '3\n', is_hidden: false },
    { id: 11, input_data: '-5 3\n', expected_output: '-2\n', is_hidden: true },
  ],
};

function graded(status: string, second: { output?: string; message?: string } = {}): SubmissionState {
  const result = { execution_time_ms: 2, memory_used_kb: 2048 };
  return {
    id: 7,
    status,
    score: 50,
    results: [
      { ...result, test_case_id: 10, status: 'Accepted', output_received: '3', error_message: null },
      {
        ...result,
        test_case_id: 11,
        status,
        output_received: second.output ?? null,
        error_message: second.message ?? null,
      },
    ],
  };
}
const render = (state: SubmissionState, width = 80) =>
  renderVerdict(state, problem, plain, width).split('\n');

it('shows of a Wrong Answer the input, what was expected and what came, with a mark at the difference', () => {
  const lines = render(graded('Wrong Answer', { output: '2' }));
  expect(lines[0]).toBe('Wrong Answer   score 50 of 100');
  expect(lines.slice(-5)).toEqual([
    'test 2 (hidden) of 2: Wrong Answer',
    'input     -5 3',
    'expected  -2',
    'got       2',
    '          ^ line 1, column 1',
  ]);
});

it('names the test of a crash, and its input', () => {
  const lines = render(graded('Runtime Error', { message: 'Your program crashed.\nSIGSEGV' }));
  expect(lines.slice(-4)).toEqual([
    'test 2 (hidden) of 2: Runtime Error',
    'input     -5 3',
    'Your program crashed.',
    'SIGSEGV',
  ]);
});

it('shows the message of what failed before any test', () => {
  const [result] = graded('x').results;
  const compileError = {
    ...result,
    test_case_id: null,
    status: 'Compile Error',
    error_message: 'a.cpp:1: error',
  };
  const state = { ...graded('Compile Error'), results: [compileError] } as SubmissionState;
  expect(render(state)).toEqual(['Compile Error   score 50 of 100', 'a.cpp:1: error']);
});

it('marks the first difference of a long output, with the lines before it, and cuts the rest', () => {
  const text = Array.from({ length: 50 }, (_, line) => `line ${line}`);
  const other = text.with(20, 'line 2x');
  expect(showDifference(text.join('\n'), other.join('\n'), 60, plain)).toEqual([
    'expected  … 18 line(s) before',
    ...[18, 19, 20, 21, 22, 23].map((line) => `          line ${line}`),
    '          … 26 more line(s)',
    'got       … 18 line(s) before',
    '          line 18',
    '          line 19',
    '          line 2x',
    '                ^ line 21, column 7',
    ...[21, 22, 23].map((line) => `          line ${line}`),
    '          … 26 more line(s)',
  ]);
});

it.each([
  ['1 2 3', '1\n2\n3', '^ line 1, column 2'],
  ['1\n2\n3', '1\n2', '^ line 3, column 1'],
  ['', 'x', '^ line 1, column 1'],
  ['x', '', '^ line 1, column 1'],
  ['a', 'a\nb', '^ line 2, column 1'],
])('marks how %j and %j differ', (expected, got, mark) => {
  expect(showDifference(expected, got, 80, plain).join('\n')).toContain(mark);
});

it.each([60, 80, 120])('fits %i columns, hostile and wide text included', (width) => {
  const output = `${'你'.repeat(300)}\n\u001b[2J\u202e${'x'.repeat(400)}`;
  const text = renderVerdict(graded('Wrong Answer', { output }), problem, plain, width);
  expect(Math.max(...text.split('\n').map((line) => stringWidth(line)))).toBeLessThanOrEqual(width);
  for (const line of text.split('\n')) expect(line).not.toMatch(/[\p{Cc}\p{Cf}]/u);
});
