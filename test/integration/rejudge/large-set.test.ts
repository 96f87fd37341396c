import { afterAll, beforeAll, expect, it } from 'vitest';
import { runsAll } from '../../runs-all.js';
import { eventually } from '../eventually.js';
import type { RejudgeStack } from './rejudge-fixture.js';
import { startRejudgeStack } from './rejudge-fixture.js';

/** GRADER_TEST_REJUDGE_SIZE=2000 for a run of the size sets are made for (tens of minutes). */
const submissions = Number(process.env.GRADER_TEST_REJUDGE_SIZE ?? (runsAll ? '200' : '40'));
/** Several runs of the workflow even of the small set. */
const runLength = Math.min(100, submissions / 5);
const minutes = 60_000;

let rejudge: RejudgeStack;

beforeAll(async () => {
  rejudge = await startRejudgeStack({ REJUDGE_RUN_LENGTH: String(runLength) });
});
afterAll(() => rejudge?.stop());

/** As if graded before: every second one with a verdict it would not get today. */
async function storedSubmissions(problem: number): Promise<void> {
  await rejudge.database.query(
    `with s as (
      insert into submissions (problem_id, student_id, source_code, language, status, cached_score)
      select $1, 2, 'print(3)', 'python', case n % 2 when 0 then 'Accepted' else 'Wrong Answer' end, 100 * ((n + 1) % 2)
      from generate_series(1, $2::int) n returning id, status)
    insert into submission_results (submission_id, test_case_id, status, execution_time_ms, memory_used_kb, output_received)
    select s.id, (select id from test_cases where problem_id = $1), s.status, 20, 9000, '3' from s`,
    [problem, submissions],
  );
}

it(
  `a set of ${submissions} submissions is graded and applied in runs with short histories`,
  async () => {
    const problem = await rejudge.stack.backend.createProblem({
      title: 'Three',
      test_cases: [{ input_data: '', expected_output: '3\n' }],
    });
    await storedSubmissions(problem);
    const startedAt = Date.now();
    const words = ['--problem', String(problem), '--reason', 'all of them', '--parallel', '4', '--wait'];
    const { set } = await rejudge.create(...words);
    const gradedAt = Date.now();
    const half = submissions / 2;
    const { summary, total } = await rejudge.show(set);
    expect(summary).toMatchObject({ phase: 'graded', graded: submissions, runs: submissions / runLength });
    expect(summary.matrix).toEqual([
      { from: 'Accepted', to: 'Accepted', count: half },
      { from: 'Wrong Answer', to: 'Accepted', count: half },
    ]);
    expect(total).toBeGreaterThanOrEqual(half);
    await rejudge.grader('rejudge', 'apply', set, '--yes');
    const appliedAt = Date.now();
    const applied = await rejudge.show(set, '--only', 'applied', '--limit', '1');
    expect(applied.summary).toMatchObject({ phase: 'applied', outcomes: { applied: half } });
    expect(applied.total).toBe(half);
    const { rows } = await rejudge.database.query(
      'select status, cached_score, count(*)::int from submissions where problem_id = $1 group by 1, 2',
      [problem],
    );
    expect(rows).toEqual([{ status: 'Accepted', cached_score: 100, count: submissions }]);

    // The first share is applied by the run that graded the last.
    expect(applied.summary.runs).toBe(submissions / runLength + Math.ceil(half / runLength) - 1);
    const histories = await eventually(async () => {
      const runs = await runsOf(set);
      expect(runs).toHaveLength(applied.summary.runs);
      return runs;
    });
    for (const { events, bytes } of histories) {
      expect(events).toBeLessThan(5000);
      expect(bytes).toBeLessThan(4 * 1024 * 1024);
    }
    const most = (pick: (run: { events: number; bytes: number }) => number) =>
      Math.max(...histories.map(pick));
    process.stdout.write(
      `rejudging of ${submissions}: graded in ${seconds(gradedAt - startedAt)} s, ${half} applied in ${seconds(appliedAt - gradedAt)} s, ` +
        `${histories.length} runs, at most ${most((run) => run.events)} events and ${Math.round(most((run) => run.bytes) / 1024)} KiB each\n`,
    );
  },
  Math.max(20, submissions / 20) * minutes,
);

async function runsOf(set: string): Promise<{ events: number; bytes: number }[]> {
  const runs: { events: number; bytes: number }[] = [];
  for await (const run of rejudge.temporal.workflow.list({ query: `WorkflowId = 'rejudge-${set}'` })) {
    const handle = rejudge.temporal.workflow.getHandle(run.workflowId, run.runId);
    const { historyLength, historySize } = await handle.describe();
    runs.push({ events: historyLength, bytes: historySize ?? 0 });
  }
  return runs;
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(0);
}
