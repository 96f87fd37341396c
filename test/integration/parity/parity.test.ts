import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ManagedProcess } from '../../../devstack/stack/managed-process.js';
import {
  gradeSubmissionType,
  gradeWorkflowId,
  gradingQueue,
} from '../../../domain/grading/grading-workflow.js';
import { isInShare } from '../../../domain/grading/share-hash.js';
import type { ParityReport, ParityRow } from '../../../domain/parity/parity-report.js';
import { shadowWorkflowId } from '../../../domain/parity/shadow-set.js';
import { readParity } from '../../../platform/parity.js';
import { readRun } from '../../../platform/temporal/read-run.js';
import { storeVerdict } from '../../../reference-backend/store-verdict.js';
import { wireCutover } from '../../../workers/wire-cutover.js';
import { eventually } from '../eventually.js';
import type { LegacyProblem, LegacyTest, ParityStack } from './parity-fixture.js';
import { gradedByLegacy, log, newProblem, startParityStack } from './parity-fixture.js';

const sum = { source: 'a, b = map(int, input().split())\nprint(a + b)\n', language: 'python' };
const three = { source: 'print(3)\n', language: 'python' };
const noPython = { source: 'print((\n', language: 'python' };
const cppSum = {
  source: '#include <iostream>\nint main() { int a, b; std::cin >> a >> b; std::cout << a + b; }\n',
  language: 'cpp',
};
const sleeper = {
  source:
    '#include <chrono>\n#include <iostream>\n#include <thread>\nint main() { std::this_thread::sleep_for(std::chrono::milliseconds(2900)); std::cout << 1; }\n',
  language: 'cpp',
};
const crash = {
  source: 'int answer(int n) { volatile int* p = nullptr; return n + *p; }\n',
  language: 'cpp',
};

const ok: LegacyTest = { status: 'Accepted' };
const wrong: LegacyTest = { status: 'Wrong Answer' };
const accepted = { status: 'Accepted', tests: [ok, ok, ok] };

let parity: ParityStack;
let worker: ManagedProcess;
let since = new Date();
let problem: LegacyProblem;
const planted: Record<string, number> = {};

beforeAll(async () => {
  since = new Date();
  parity = await startParityStack();
  worker = await parity.stack.start('worker');
});
afterAll(() => parity?.stop());

/** 33 on which both agree, and one of each kind of difference. */
async function storeLegacyResults(): Promise<void> {
  const { database } = parity;
  const sums: [string, string][] = [
    ['1 2\n', '3\n'],
    ['5 -7\n', '-2\n'],
    ['0 0\n', '0\n'],
  ];
  problem = await newProblem(database, 'Sum', sums);
  const slow = await newProblem(database, 'Near the limit', [['\n', '1\n']], { limitMs: 3000 });
  const answer = await newProblem(database, 'Answer', [['1\n', '1\n']], {
    signature: 'int answer(int n)',
    name: 'answer',
  });
  const many = async (count: number, ...args: [typeof sum, { status: string; tests: LegacyTest[] }]) => {
    for (let made = 0; made < count; made += 1) await gradedByLegacy(database, problem, ...args);
  };
  await many(20, sum, accepted);
  await many(8, three, { status: 'Wrong Answer', tests: [ok, wrong, wrong] });
  await many(3, noPython, { status: 'Compile Error', tests: [{ status: 'Compile Error', ms: 0, kb: 0 }] });
  await many(2, cppSum, { status: 'Accepted', tests: [1, 2, 3].map(() => ({ ...ok, ms: 3, kb: 3400 })) });
  const plant = async (name: string, ...args: Parameters<typeof gradedByLegacy>) => {
    planted[name] = await gradedByLegacy(...args);
  };
  await plant('status', database, problem, sum, { status: 'Wrong Answer', tests: [ok, wrong, ok] });
  await plant('limit', database, slow, sleeper, {
    status: 'Time Limit Exceeded',
    tests: [{ status: 'Time Limit Exceeded', ms: 3003, kb: 3400 }],
  });
  await plant('time', database, problem, sum, {
    status: 'Accepted',
    tests: [ok, { ...ok, ms: 1500 }, ok],
  });
  await plant('row', database, problem, sum, { status: 'Accepted', tests: [ok, ok] });
  await plant('function', database, answer, crash, {
    status: 'Wrong Answer',
    tests: [{ ...wrong, ms: 0, kb: 0 }],
  });
  await plant('ungradable', database, problem, { ...sum, language: 'cobol' }, accepted);
  await plant('pending', database, problem, sum);
  await plant('ours', database, problem, sum);
  // The missing row takes 10 of 30 points in the backend's eyes; the legacy worker had all of them.
  await database.query({
    text: 'update submissions set cached_score = 100 where id = $1::bigint',
    values: [planted.row],
  });
}

/** As the command reads it, without starting a process for each look. */
function report(): Promise<ParityReport> {
  return readParity(parity.temporal, parity.settings, new Date(Date.now() - 3_600_000));
}

async function rowOf(name: string): Promise<ParityRow> {
  const row = (await report()).rows.find(({ record }) => record.submissionId === planted[name]);
  if (row === undefined) throw new Error(`There is no row for ${name}.`);
  return row;
}

describe('41 submissions of the legacy worker', () => {
  let before: unknown;
  let posts = 0;

  beforeAll(async () => {
    await storeLegacyResults();
    // One is graded by us, as if the bridge had taken it.
    const ours = planted.ours ?? 0;
    await parity.temporal.client.workflow.execute(gradeSubmissionType, {
      workflowId: gradeWorkflowId(ours),
      taskQueue: gradingQueue,
      args: [{ submissionId: ours, origin: 'cli' }],
    });
    before = await parity.stored();
    posts = parity.posts();
    expect(posts).toBe(1);
    // The server's lists lag behind.
    await eventually(async () => {
      const dry = JSON.parse(await parity.grader('shadow', '--since', '1h', '--dry-run', '--json'));
      expect(dry.skipped).toHaveLength(2);
    });
  });

  it('are counted before any is graded, and a sample is what the salt says', async () => {
    const text = await parity.grader('shadow', '--since', '1h', '--dry-run');
    expect(text).toContain('39 submissions to shadow; 2 left out');
    expect(text).toContain(`#${planted.ours}: it was graded by us, or is being graded`);
    expect(text).toContain(`#${planted.pending}: it has no verdict yet (Pending)`);
    const dry = JSON.parse(
      await parity.grader('shadow', '--since', '1h', '--sample', '25%', '--dry-run', '--json'),
    );
    const ids = dry.chosen.map(({ submissionId }: { submissionId: number }) => submissionId);
    const all = await parity.database.query<{ id: number }>({
      text: 'select id from submissions order by id',
    });
    const expected = all
      .map(({ id }) => id)
      .filter(
        (id) => isInShare(id, 2500, 'cutover', 'shadow') && ![planted.ours, planted.pending].includes(id),
      );
    expect(ids).toEqual(expected);
    expect((await report()).rows).toEqual([]);
  });

  it('are shadowed, those that lack a verdict only by name', async () => {
    const done = JSON.parse(await parity.grader('shadow', '--since', '1h', '--wait', '--json'));
    expect(done.result).toMatchObject({ compared: 39, failed: 0, skipped: 0 });
    const named = JSON.parse(
      await parity.grader('shadow', '--ids', `${planted.pending},${planted.ours}`, '--wait', '--json'),
    );
    expect(named.result).toMatchObject({ compared: 1, skipped: 0 });
    await eventually(async () => expect((await report()).rows).toHaveLength(40));
  });

  it('are of the classes that were planted', async () => {
    const found = await report();
    expect(await rowOf('status')).toMatchObject({ class: 'differs', aspect: 'verdict' });
    expect(await rowOf('time')).toMatchObject({ class: 'differs', aspect: 'time' });
    expect(await rowOf('row')).toMatchObject({ class: 'theirs-missing' });
    expect(await rowOf('pending')).toMatchObject({ class: 'theirs-missing' });
    expect(await rowOf('function')).toMatchObject({ class: 'ignored' });
    expect(await rowOf('ungradable')).toMatchObject({ class: 'ours-failed' });
    const limit = await rowOf('limit');
    expect(limit).toMatchObject({ class: 'differs', aspect: 'verdict', margin: { of: 'time' } });
    expect(limit.margin?.part).toBeLessThan(0.05);
    const { classes, compared, mismatches, same } = found;
    expect(classes).toMatchObject({ differs: 3, 'theirs-missing': 2, ignored: 1, 'ours-failed': 1 });
    expect(classes.equal + classes['within-tolerance']).toBe(33);
    expect({ compared, mismatches }).toEqual({ compared: 38, mismatches: 3 });
    // 34 of 38: the 33, and the one whose time alone is apart.
    expect(same.rate).toBeCloseTo(34 / 38, 9);
    expect(found.matrix).toContainEqual({ from: 'Time Limit Exceeded', to: 'Accepted', count: 1 });
  });

  it('leave the database as it was, and nobody is told', async () => {
    expect(await parity.stored()).toEqual(before);
    expect(parity.posts()).toBe(posts);
    const { client } = parity.temporal;
    const handle = client.workflow.getHandle(shadowWorkflowId(planted.status ?? 0));
    const { priority, searchAttributes } = await handle.describe();
    expect(priority?.priorityKey).toBe(5);
    expect(searchAttributes).toMatchObject({ Origin: ['shadow'], Parity: ['differs'] });
    const { steps } = readRun(await handle.fetchHistory());
    const activities = new Set(steps.map(({ activity }) => activity));
    expect([...activities].sort()).toEqual([
      'acquireContainer',
      'compile',
      'loadStoredResults',
      'loadSubmission',
      'releaseContainer',
      'runTest',
    ]);
  });

  it('feed the gate of a cutover', async () => {
    const observe = async (settings: Partial<typeof parity.settings> = {}) => {
      const activities = wireCutover(
        { ...parity.settings, ...settings },
        parity.database,
        parity.temporal,
        log,
      );
      const { measurements } = await activities.observe({
        queue: parity.settings.queue,
        metrics: ['parity-mismatch-rate'],
        since: since.toISOString(),
      });
      return measurements['parity-mismatch-rate'];
    };
    expect(await observe()).toEqual({ value: 3 / 38, samples: 38 });
    const above = await observe({ parityNoise: 0.05 });
    expect(above?.value).toBeCloseTo(3 / 38 - 0.05, 9);
    const from = new Date(Date.now() + 60_000);
    since = from;
    expect(await observe()).toEqual({ value: undefined, samples: 0 });
  });

  it('are explained by a note, durably', async () => {
    const id = String(planted.limit);
    await expect(parity.grader('parity', 'explain', String(planted.ours), '--note', 'x')).rejects.toThrow(
      /was not shadowed/,
    );
    await parity.grader('parity', 'explain', id, '--note', 'the old host <was> busy');
    await eventually(async () => expect((await rowOf('limit')).explanation).not.toBeNull());
    const { mismatches, same, accounted } = await report();
    expect(mismatches).toBe(2);
    expect(accounted.rate).toBeGreaterThan(same.rate);
    const json = JSON.parse(await parity.grader('parity', '--json'));
    expect(json).toMatchObject({ mismatches: 2, compared: 38 });
    expect(json.submissions).toHaveLength(40);
    expect(json.submissions[0].link).toContain(`/workflows/${json.submissions[0].workflowId}/`);
    const text = await parity.grader('parity');
    expect(text).toContain(`#${id} differs: verdict (explained)`);
    expect(text).toContain('the old host <was> busy');
  });

  it('make a page that needs nothing else', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'grader-parity-')), 'parity.html');
    await parity.grader('parity', '--html', file);
    const page = readFileSync(file, 'utf8');
    for (const id of ['status', 'limit', 'row', 'function', 'ungradable']) {
      expect(page).toContain(`>#${planted[id]}</a>`);
    }
    expect(page).toContain('the old host &#60;was&#62; busy');
    expect(page).toContain('<svg');
    expect(page).not.toMatch(/<script|<link|src=|url\(|@import/);
    await expect(parity.grader('parity', '--html', '/nowhere/x.html')).rejects.toThrow(
      'Next: ls -ld /nowhere/x.html /nowhere',
    );
  });

  it("show the legacy worker's own noise where it graded again meanwhile", async () => {
    const { database } = parity;
    const again = { overall_status: 'Accepted', results: [] as object[] };
    const regrade = async (id: number, ms: number) => {
      const results = problem.testIds.map((test_case_id) => ({
        ...{ test_case_id, status: 'Accepted', execution_time_ms: ms, memory_used_kb: 9300 },
        ...{ output_received: 'x', error_message: null },
      }));
      await storeVerdict(database, id, { ...again, results });
    };
    const [first = 0] = (await report()).rows.map(({ record }) => record.submissionId);
    await regrade(first, 31);
    await regrade(planted.status ?? 0, 31);
    await parity.grader('shadow', '--ids', `${first},${planted.status},${planted.time}`, '--wait');
    await eventually(async () => expect((await report()).noise).toEqual({ pairs: 2, changed: 1 }));
    const { mismatches, rows } = await report();
    expect({ mismatches, rows: rows.length }).toEqual({ mismatches: 1, rows: 40 });
  });
});

describe('the continuous shadow', () => {
  it('takes its share of what is new, each once, and ends when the share is 0', async () => {
    const { stack, temporal, database } = parity;
    const share = 5000;
    const ids: number[] = [];
    for (let made = 0; made < 16; made += 1) {
      ids.push(await gradedByLegacy(database, problem, sum, accepted));
    }
    const posts = parity.posts();
    await worker.stop();
    worker = await stack.start('worker', { SHADOW_SHARE: '50%' });
    const schedule = temporal.client.schedule.getHandle('shadow');
    await schedule.trigger();
    const expected = ids.filter((id) => isInShare(id, share, 'cutover', 'shadow'));
    expect(expected.length).toBeGreaterThan(2);
    await eventually(
      async () => {
        const shadowed = (await report()).rows.map(({ record }) => record.submissionId);
        expect(shadowed.filter((id) => ids.includes(id))).toEqual(expected);
      },
      { everyMs: 500 },
    );
    await schedule.trigger();
    await eventually(async () => expect((await schedule.describe()).info.numActionsTaken).toBeGreaterThan(1));
    await eventually(async () => {
      const query = `WorkflowType = 'shadowSet' AND ExecutionStatus = 'Running'`;
      expect((await temporal.client.workflow.count(query)).count).toBe(0);
    });
    const runs = `WorkflowType = 'shadowCompare' AND WorkflowId = '${shadowWorkflowId(expected[0] ?? 0)}'`;
    expect((await temporal.client.workflow.count(runs)).count).toBe(1);
    expect(parity.posts()).toBe(posts);

    // What a person has paused stays so when a worker starts again, with what it is set to now.
    await schedule.pause('an exam is on');
    await worker.stop();
    worker = await stack.start('worker', { SHADOW_SHARE: '25%' });
    const { state, action } = await schedule.describe();
    expect(state).toMatchObject({ paused: true, note: 'an exam is on' });
    expect(JSON.stringify(action)).toContain('25 % of what was handed in');

    await worker.stop();
    worker = await stack.start('worker', { SHADOW_SHARE: '0%' });
    await expect(schedule.describe()).rejects.toThrow(/not found/i);
  });
});
