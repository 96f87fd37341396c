import { paint } from '../../platform/terminal/paint.js';
import { renderTable } from '../../platform/terminal/table.js';
import type { SubmissionState } from '../stack/backend-api.js';

/** A graded submission as its author wants to read it: verdict, score, a line per test, the first explanation. */
export function renderVerdict(state: SubmissionState): string {
  const accepted = state.results.filter((result) => result.status === 'Accepted').length;
  const tests = state.results.filter((result) => result.test_case_id !== null);
  const colour = state.status === 'Accepted' ? 'green' : 'red';
  const lines = [`${paint(['bold', colour], state.status)}   score ${state.score ?? 0} of 100`];
  if (tests.length > 0) {
    const table = renderTable(
      ['test', 'status', 'time', 'memory'],
      tests.map((test, index) => [
        index + 1,
        paint(test.status === 'Accepted' ? 'green' : 'red', test.status),
        `${test.execution_time_ms ?? 0} ms`,
        `${((test.memory_used_kb ?? 0) / 1024).toFixed(1)} MB`,
      ]),
    );
    lines.push(`${accepted} of ${tests.length} tests accepted`, table);
  }
  const explained = state.results.find((result) => result.error_message !== null);
  if (explained?.error_message) lines.push(explained.error_message.trimEnd());
  return lines.join('\n');
}
