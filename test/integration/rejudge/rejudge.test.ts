import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gradeWorkflowId } from '../../../domain/grading/grading-workflow.js';
import type { RejudgeSummary } from '../../../domain/rejudge/rejudge-set.js';
import { rejudgeSummaryQueryName, rejudgeWorkflowId } from '../../../domain/rejudge/rejudge-set.js';
import { readRun } from '../../../platform/temporal/read-run.js';
import { eventually } from '../eventually.js';
import { untilGraded } from '../grading/stack-fixture.js';
import type { RejudgeStack } from './rejudge-fixture.js';
import { startRejudgeStack } from './rejudge-fixture.js';

const sum = 'a, b = map(int, input().split())\nprint(a + b)\n';
const three = 'print(3)\n';
const noPython = 'print((\n';
const cppSum = '#include <iostream>\nint main() { int a, b; std::cin >> a >> b; std::cout << a + b; }\n';
/** More than 2 KiB, so that the output travels by reference. */
const long = `${sum}print("x" * 5000)\n`;

let rejudge: RejudgeStack;

beforeAll(async () => {
  rejudge = await startRejudgeStack();
});
afterAll(() => rejudge?.stop());

/** To the end of the workflows: the backend writes the rows again when it is told. */
async function untilGradingsEnd(ids: readonly number[]): Promise<void> {
  for (const id of ids) {
    await untilGraded(rejudge.stack, id);
    await rejudge.temporal.workflow.getHandle(gradeWorkflowId(id)).result();
  }
}

/** The second test expects the wrong sum until it is mended. */
async function gradedProblem(): Promise<{ problem: number; ids: number[] }> {
  const { backend } = rejudge.stack;
  const problem = await backend.createProblem({
    title: 'Rejudged sum',
    test_cases: [
      { input_data: '1 2\n', expected_output: '3\n' },
      { input_data: '5 -7\n', expected_output: '99\n' },
    ],
  });
  const programs = [
    ...Array.from({ length: 9 }, () => [sum, 'python'] as const),
    ...Array.from({ length: 6 }, () => [three, 'python'] as const),
    ...Array.from({ length: 2 }, () => [noPython, 'python'] as const),
    ...Array.from({ length: 2 }, () => [cppSum, 'cpp'] as const),
    [long, 'python'] as const,
  ];
  const ids: number[] = [];
  for (const [source_code, language] of programs) {
    ids.push(await backend.submit({ problem_id: problem, source_code, language }));
  }
  await untilGradingsEnd(ids);
  return { problem, ids };
}

async function mendSecondTest(problem: number, expected: string): Promise<void> {
  await rejudge.database.query(
    `update test_cases set expected_output = $2 where id = (select max(id) from test_cases where problem_id = $1)`,
    [problem, expected],
  );
}

describe('a rejudging of 20 submissions after a test case was mended', () => {
  let problem = 0;
  let ids: number[] = [];
  let set = '';

  beforeAll(async () => {
    ({ problem, ids } = await gradedProblem());
    await mendSecondTest(problem, '-2\n');
  });

  it('shows what would change and changes nothing', async () => {
    const before = await rejudge.stored(problem);
    const created = await rejudge.create(
      '--problem',
      String(problem),
      '--reason',
      'test 2 was wrong',
      '--wait',
    );
    set = created.set;
    expect(created.chosen).toEqual(ids);
    const { summary, rows } = await rejudge.show(set);
    expect(summary).toMatchObject({
      phase: 'graded',
      submissions: 20,
      graded: 20,
      reason: 'test 2 was wrong',
    });
    expect(summary.matrix).toEqual([
      { from: 'Compile Error', to: 'Compile Error', count: 2 },
      { from: 'Wrong Answer', to: 'Accepted', count: 11 },
      { from: 'Wrong Answer', to: 'Wrong Answer', count: 7 },
    ]);
    expect(summary.differences.verdict).toBe(11);
    expect(rows.filter((row) => row.difference === 'verdict').map((row) => row.submissionId)).toEqual([
      ...ids.slice(0, 9),
      ...ids.slice(17, 19),
    ]);
    expect(rows[0]).toMatchObject({ oldScore: 50, newScore: 100, changedTests: [{ newStatus: 'Accepted' }] });
    expect(await rejudge.stored(problem)).toEqual(before);
  });

  it('can be asked for one cell of the matrix, and prints it for a person', async () => {
    const cell = await rejudge.show(set, '--from', 'Wrong Answer', '--to', 'Wrong Answer');
    expect(cell.total).toBe(7);
    const text = await rejudge.grader('rejudge', 'show', set);
    expect(text).toContain('20 of 20 graded');
    expect(text).toMatch(/Wrong Answer\s*│\s*11\s*│/);
    expect(await rejudge.grader('rejudge', 'list')).toContain(set);
  });

  it('grades at the lowest priority and under its own origin', async () => {
    const handle = rejudge.temporal.workflow.getHandle(`rejudge-${set}-${ids[0]}`);
    const description = await handle.describe();
    expect(description.type).toBe('shadowGrade');
    expect(description.priority?.priorityKey).toBe(5);
    expect(description.searchAttributes).toMatchObject({ Origin: ['rejudge'], Verdict: ['Accepted'] });
    const activities = readRun(await handle.fetchHistory()).steps.map(({ activity }) => activity);
    expect(activities).toContain('runTest');
    expect(activities).not.toContain('recordResult');
    expect(activities).not.toContain('notifyBackend');
  });

  it('writes what differs, but not over a result that was replaced meanwhile', async () => {
    const [overridden, ...others] = ids.slice(0, 9);
    await rejudge.database.query(
      `update submission_results set status = 'Accepted' where submission_id = $1`,
      [overridden],
    );
    await expect(rejudge.grader('rejudge', 'apply', set)).rejects.toThrow(
      /result\(s\) that differ.*Nothing was done/s,
    );
    const answer = JSON.parse(await rejudge.grader('rejudge', 'apply', set, '--yes', '--json'));
    expect(answer).toMatchObject({ phase: 'applied', outcomes: { applied: 10, conflict: 1 } });
    for (const id of [...others, ...ids.slice(17, 19)]) {
      const state = await rejudge.stack.backend.read(id);
      expect(state).toMatchObject({ status: 'Accepted', score: 100 });
      expect(state.results.map((result) => result.status)).toEqual(['Accepted', 'Accepted']);
    }
    expect((await rejudge.stack.backend.read(overridden ?? 0)).status).toBe('Wrong Answer');
    const { rows } = await rejudge.show(set, '--only', 'conflict');
    expect(rows.map((row) => row.submissionId)).toEqual([overridden]);
  });

  it('notifies the backend of what it wrote', async () => {
    const handle = rejudge.temporal.workflow.getHandle(`rejudge-${set}-${ids[1]}-apply`);
    const activities = readRun(await handle.fetchHistory()).steps.map(({ activity }) => activity);
    expect(activities).toEqual(['loadShadowResult', 'recordIfUnchanged', 'notifyBackend']);
  });

  it('is applied once', async () => {
    await expect(rejudge.grader('rejudge', 'apply', set)).rejects.toThrow(`Set ${set} is applied already`);
    await expect(rejudge.grader('rejudge', 'cancel', set)).rejects.toThrow('nothing to cancel');
  });

  it('writes long outputs whole, from the host that has them', async () => {
    await mendSecondTest(problem, `-2\n${'x'.repeat(5000)}\n`);
    const id = String(ids.at(-1));
    const created = await rejudge.create('--id', id, '--reason', 'the long one is right', '--wait');
    const before = await rejudge.stack.backend.read(Number(id));
    await rejudge.grader('rejudge', 'apply', created.set, '--yes');
    const after = await rejudge.stack.backend.read(Number(id));
    expect(before.results[1]?.status).toBe('Wrong Answer');
    expect(after.results[1]?.status).toBe('Accepted');
    expect(after.results[0]?.output_received).toBe(`3\n${'x'.repeat(5000)}\n`);
  });

  it('leaves out, and tells of, what has no verdict; without any other no set is made', async () => {
    const { rows } = await rejudge.database.query(
      `insert into submissions (problem_id, student_id, source_code) values ($1, 2, 'x') returning id`,
      [problem],
    );
    const pending = String(rows[0].id);
    await expect(
      rejudge.grader('rejudge', 'create', '--id', `${pending},999999`, '--reason', 'none'),
    ).rejects.toThrow(/no set was made/);
    const created = await rejudge.create('--id', `${ids[0]},${pending}`, '--reason', 'some', '--dry-run');
    expect(created).toMatchObject({
      set: null,
      chosen: [ids[0]],
      skipped: [{ submissionId: Number(pending) }],
    });
  });
});

describe('a rejudging of slow programs', () => {
  it('is not applied while unfinished, and ends within seconds when it is cancelled', async () => {
    const { backend } = rejudge.stack;
    const problem = await backend.createProblem({
      title: 'Slow',
      time_limit_ms: 6000,
      test_cases: [{ input_data: '', expected_output: '3\n' }],
    });
    const source_code = 'import time\ntime.sleep(0.2)\nprint(3)\n';
    const ids: number[] = [];
    for (let count = 0; count < 6; count += 1) {
      ids.push(await backend.submit({ problem_id: problem, source_code, language: 'python' }));
    }
    await untilGradingsEnd(ids);
    // From now on each takes 20 s.
    await rejudge.database.query(
      'update submissions set source_code = $2 where problem_id = $1 and id > $3',
      [problem, 'import time\ntime.sleep(20)\nprint(3)\n', ids[1]],
    );
    const before = await rejudge.stored(problem);
    const { set } = await rejudge.create('--problem', String(problem), '--reason', 'slow', '--parallel', '2');
    await eventually(async () => expect((await rejudge.show(set)).summary.graded).toBeGreaterThanOrEqual(2), {
      timeoutMs: 60_000,
      everyMs: 200,
    });
    await expect(rejudge.grader('rejudge', 'apply', set)).rejects.toThrow(/not graded yet/);
    await rejudge.grader('rejudge', 'cancel', set);
    await eventually(async () => {
      expect((await rejudge.show(set)).summary.phase).toBe('cancelled');
      const query = `WorkflowType = 'shadowGrade' AND ExecutionStatus = 'Running'`;
      expect((await rejudge.temporal.workflow.count(query)).count).toBe(0);
    });
    const { summary, rows } = await rejudge.show(set, '--only', 'all');
    expect(summary.graded).toBeLessThan(6);
    expect(rows[0]).toMatchObject({ oldVerdict: 'Accepted', newVerdict: 'Accepted' });
    await expect(rejudge.grader('rejudge', 'apply', set)).rejects.toThrow(`Set ${set} is cancelled already`);
    expect(await rejudge.stored(problem)).toEqual(before);
  });
});

describe('repetitions', () => {
  it('find the program whose verdict is random, and apply leaves it alone', async () => {
    const { backend } = rejudge.stack;
    const problem = await backend.createProblem({
      title: 'Coin',
      test_cases: Array.from({ length: 8 }, () => ({ input_data: '', expected_output: '3\n' })),
    });
    // Six gradings of eight tosses agree once in 2^40 times.
    const coin = 'import os\nprint(3 if os.urandom(1)[0] % 2 else 4)\n';
    const sources = [three, coin, 'print(4)\n'];
    const ids: number[] = [];
    for (const source_code of sources) {
      ids.push(await backend.submit({ problem_id: problem, source_code, language: 'python' }));
    }
    await untilGradingsEnd(ids);
    const words = ['--problem', String(problem), '--reason', 'flaky?', '--repeat', '6', '--wait'];
    const { set } = await rejudge.create(...words);
    const { rows } = await rejudge.show(set, '--only', 'flaky');
    expect(rows.map((row) => row.submissionId)).toEqual([ids[1]]);
    expect(rows[0]?.verdicts).toHaveLength(6);
    const before = await rejudge.stored(problem);
    await rejudge.grader('rejudge', 'apply', set, '--yes');
    expect(await rejudge.stored(problem)).toEqual(before);
  });
});

describe('a live submission', () => {
  it('takes the next free container before the gradings of a set that wait for one', async () => {
    const { backend } = rejudge.stack;
    const slow = {
      title: 'Slow',
      time_limit_ms: 6000,
      test_cases: [{ input_data: '', expected_output: '3\n' }],
    };
    const problem = await backend.createProblem(slow);
    await rejudge.database.query(
      `insert into submissions (problem_id, student_id, source_code, language, status)
        select $1, 2, $2, 'python', 'Accepted' from generate_series(1, 16)`,
      [problem, 'import time\ntime.sleep(4)\nprint(3)\n'],
    );
    const words = ['--problem', String(problem), '--reason', 'in the way', '--parallel', '16'];
    const { set } = await rejudge.create(...words);
    const handle = rejudge.temporal.workflow.getHandle(rejudgeWorkflowId(set));
    const graded = async () => (await handle.query<RejudgeSummary>(rejudgeSummaryQueryName)).graded;
    await eventually(async () => expect(await graded()).toBeGreaterThan(0));
    const before = await graded();
    const live = await backend.submit({ problem_id: problem, source_code: three, language: 'python' });
    expect((await untilGraded(rejudge.stack, live)).status).toBe('Accepted');
    // In the order of arrival thirteen would have been first.
    expect((await graded()) - before).toBeLessThan(8);
    await rejudge.grader('rejudge', 'cancel', set);
  });
});
