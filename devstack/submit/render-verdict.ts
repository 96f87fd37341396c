import type { Paint } from '../../platform/terminal/paint.js';
import { renderTable } from '../../platform/terminal/table.js';
import type { Problem, SubmissionState } from '../stack/backend-api.js';
import { showDifference, showText } from './show-difference.js';

type Result = SubmissionState['results'][number];
type Test = Problem['test_cases'][number];

const comparedStatuses = new Set(['Wrong Answer', 'Presentation Error']);
/** Without a terminal's width. */
const usualWidth = 100;

/** A graded submission as its author wants to read it: verdict, score, a line per test, the first test that failed. */
export function renderVerdict(
  state: SubmissionState,
  problem: Problem,
  paint: Paint,
  terminalWidth: number,
): string {
  const width = Number.isFinite(terminalWidth) ? terminalWidth : usualWidth;
  const tests = state.results.filter((result) => result.test_case_id !== null);
  const accepted = tests.filter((result) => result.status === 'Accepted').length;
  const colour = state.status === 'Accepted' ? 'green' : 'red';
  const lines = [`${paint(['bold', colour], state.status)}   score ${state.score ?? 0} of 100`];
  if (tests.length > 0) {
    const rows = tests.map((test, index) => [
      testName(index, testOf(problem, test)),
      paint(test.status === 'Accepted' ? 'green' : 'red', test.status),
      `${test.execution_time_ms ?? 0} ms`,
      `${((test.memory_used_kb ?? 0) / 1024).toFixed(1)} MB`,
    ]);
    lines.push(`${accepted} of ${tests.length} tests accepted`);
    lines.push(renderTable(['test', 'status', 'time', 'memory'], rows, terminalWidth));
  }
  return [...lines, ...explanation(state.results, tests, problem, width, paint)].join('\n');
}

/** Of the first test that failed, or of what failed before any test. */
function explanation(
  results: readonly Result[],
  tests: readonly Result[],
  problem: Problem,
  width: number,
  paint: Paint,
): readonly string[] {
  const failed = tests.findIndex((result) => result.status !== 'Accepted');
  const result = tests[failed];
  if (result === undefined) {
    const message = results.find(({ error_message: text }) => text !== null)?.error_message;
    return message ? [message.trimEnd()] : [];
  }
  const test = testOf(problem, result);
  const title = `test ${testName(failed, test)} of ${tests.length}: ${result.status}`;
  const input = showText('input', test?.input_data ?? '', width);
  const output =
    test !== undefined && comparedStatuses.has(result.status)
      ? showDifference(test.expected_output ?? '', result.output_received ?? '', width, paint)
      : [];
  const message = result.error_message?.trimEnd() ?? '';
  return ['', paint('bold', title), ...input, ...output, ...(message === '' ? [] : [message])];
}

function testOf(problem: Problem, result: Result): Test | undefined {
  return problem.test_cases.find(({ id }) => id === result.test_case_id);
}

/** Students do not see what a hidden test holds: who prints it here should know. */
function testName(index: number, test: Test | undefined): string {
  return `${index + 1}${test?.is_hidden === true ? ' (hidden)' : ''}`;
}
