import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunTestOutput } from '../../../activities/run-test.js';
import { gradeWorkflowId } from '../../../domain/grading/grading-workflow.js';
import type { HistoryStep } from '../../../platform/temporal/read-run.js';
import { readRun } from '../../../platform/temporal/read-run.js';
import { historyToJson } from '../../history-file.js';
import type { TestStack } from './stack-fixture.js';
import { createTestStack, required, until, untilGraded } from './stack-fixture.js';

/** Planted where they must not leave; none of the programs prints them. */
const marks = {
  source: `mark-of-source-${randomUUID()}`,
  input: `mark-of-input-${randomUUID()}`,
  expected: `mark-of-expected-${randomUUID()}`,
  password: `mark-of-password-${randomUUID()}`,
};
const mebibyte = 2 ** 20;

let stack: TestStack;
let connection: Connection;
let client: Client;
/** Says 500 to the first of each submission, so that a failure with the address stands in the history. */
const doubtful = createServer((request, response) => {
  request.resume().on('end', () => {
    const isFirst = !asked.has(request.url ?? '');
    asked.add(request.url ?? '');
    response.writeHead(isFirst ? 500 : 200).end('{"msg": "Result updated successfully"}');
  });
});
const asked = new Set<string>();

beforeAll(async () => {
  stack = await createTestStack();
  await stack.start('backend');
  doubtful.listen(0, '127.0.0.1');
  await until('the backend that fails once listens', () => doubtful.listening);
  const { port } = doubtful.address() as AddressInfo;
  const settings = { BACKEND_API_URL: `http://grader:${marks.password}@127.0.0.1:${port}` };
  await Promise.all([stack.start('worker', settings), stack.start('bridge')]);
  connection = await Connection.connect({ address: required('GRADER_TEST_TEMPORAL_ADDRESS') });
  client = new Client({ connection, namespace: stack.places.namespace });
});
afterAll(async () => {
  await connection.close();
  await stack.stop();
  doubtful.close();
  doubtful.closeAllConnections();
});

interface History {
  readonly submissionId: number;
  readonly events: number;
  readonly bytes: number;
  readonly text: string;
}

async function history(submissionId: number): Promise<History> {
  const handle = client.workflow.getHandle(gradeWorkflowId(submissionId));
  await handle.result();
  const fetched = await handle.fetchHistory();
  const { workflowExecutionInfo } = (await handle.describe()).raw;
  return {
    submissionId,
    events: fetched.events?.length ?? 0,
    bytes: Number(workflowExecutionInfo?.historySizeBytes ?? 0),
    text: withDecodedPayloads(historyToJson(fetched)),
  };
}

/** Payloads stand in a history in base64, which a search for plain text would miss. */
function withDecodedPayloads(json: string): string {
  const decoded = json.replace(/"data":"([A-Za-z0-9+/=]+)"/g, (_all, data: string) =>
    Buffer.from(data, 'base64').toString('utf8'),
  );
  return `${json}\n${decoded}`;
}

function isQuickTest({ activity, result }: HistoryStep): boolean {
  return activity === 'runTest' && (result as RunTestOutput).local?.elsewhere === false;
}

function tests(count: number) {
  return Array.from({ length: count }, (_, index) => ({
    input_data: `${index} ${marks.input}\n`,
    expected_output: marks.expected,
  }));
}

async function grade(count: number, program: string, expected: string) {
  const problem = await stack.backend.createProblem({
    title: `History of ${count}`,
    time_limit_ms: 4000,
    test_cases: tests(count),
  });
  const id = await stack.backend.submit({
    problem_id: problem,
    language: 'python',
    source_code: `# ${marks.source}\n${program}`,
  });
  const state = await untilGraded(stack, id);
  expect(state.status).toBe(expected);
  expect(state.results).toHaveLength(count);
  return history(id);
}

describe('the history of a grading', () => {
  it('of 100 tests with 1 MiB of output each stays below 1 MiB and 500 events', async () => {
    const { events, bytes, text } = await grade(
      100,
      `import sys\nsys.stdout.write('x' * ${mebibyte - 1})\n`,
      'Wrong Answer',
    );
    process.stdout.write(`history of 100 tests with 1 MiB of output: ${events} events, ${bytes} bytes\n`);
    expect(bytes).toBeGreaterThan(0);
    expect(bytes).toBeLessThan(mebibyte);
    expect(events).toBeLessThan(500);
    expectNoMarks(text);
  });

  it('of quick tests holds them as steps of the workflow task: the worker of the container takes them there', async () => {
    // A busy host may kill the first, and then takes none; not every time.
    let steps: readonly HistoryStep[] = [];
    for (let tries = 0; tries < 5 && !steps.some(isQuickTest); tries += 1) {
      const { submissionId } = await grade(3, 'print(input()[:1])\n', 'Wrong Answer');
      const handle = client.workflow.getHandle(gradeWorkflowId(submissionId));
      steps = readRun(await handle.fetchHistory()).steps;
    }
    expect(steps.filter(isQuickTest)).not.toEqual([]);
  });

  it('of 10 small tests stays below 64 KiB and 140 events', async () => {
    const { events, bytes, text } = await grade(10, 'print(input()[:1])\n', 'Wrong Answer');
    process.stdout.write(`history of 10 small tests: ${events} events, ${bytes} bytes\n`);
    expect(bytes).toBeGreaterThan(0);
    expect(bytes).toBeLessThan(64 * 1024);
    expect(events).toBeLessThan(140);
    expectNoMarks(text);
    // The failed POST is told, with the address and without the password.
    expect(text).toContain('500');
    expect(asked.size).toBeGreaterThan(0);
  });
});

function expectNoMarks(text: string): void {
  // The search itself works: what must be there is found, also inside the payloads.
  expect(text).toContain('gradeSubmission');
  expect(text).toContain('testCaseIds');
  for (const [place, mark] of Object.entries(marks)) {
    expect(text.includes(mark), `the ${place} stands in a history`).toBe(false);
    const encoded = Buffer.from(mark).toString('base64').slice(0, 30);
    expect(text.includes(encoded), `the ${place} stands in a history, encoded`).toBe(false);
  }
}
