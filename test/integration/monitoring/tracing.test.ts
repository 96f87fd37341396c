import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import getPort from 'get-port';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadSettings } from '../../../platform/settings/settings.js';
import { createTemporalClient } from '../../../platform/temporal/connection.js';
import { testWorkflowCode } from '../../workflow-bundle.js';
import type { TestStack } from '../grading/stack-fixture.js';
import { createTestStack, sumProblem, until, untilGraded } from '../grading/stack-fixture.js';
import type { ReceivedSpan, TraceReceiver } from './trace-receiver.js';
import { startTraceReceiver } from './trace-receiver.js';

const marker = 'marker-of-the-source';
const source = `// ${marker}\n#include <iostream>\nint main() { long long a, b; std::cin >> a >> b; std::cout << a + b; }\n`;
const activities = [
  'loadSubmission',
  'acquireContainer',
  'compile',
  'runTest',
  'releaseContainer',
  'recordResult',
  'notifyBackend',
];

let stack: TestStack;
let receiver: TraceReceiver;
let submissionId: number;

beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  receiver = await startTraceReceiver();
  stack = await createTestStack({
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20key-of-the-collector',
  });
  await stack.start('backend');
  const [worker, bridge] = await Promise.all([stack.start('worker'), stack.start('bridge')]);
  submissionId = await stack.backend.submit({
    problem_id: await stack.backend.createProblem(sumProblem),
    language: 'cpp',
    source_code: source,
  });
  expect((await untilGraded(stack, submissionId)).status).toBe('Accepted');
  await until('the grading is over', () => logOf('worker').includes('"graded"'));
  // What is left is sent when they end.
  await Promise.all([bridge.stop(), worker.stop()]);
});
afterAll(async () => {
  await stack?.stop();
  await receiver?.close();
});

it('makes one connected trace from the message to the last activity', () => {
  const spans = receiver.spans();
  const roots = spans.filter((span) => span.name.endsWith(' process'));
  expect(roots).toHaveLength(1);
  const [root] = roots;
  expect(root).toMatchObject({
    service: 'grading-bridge',
    parentSpanId: undefined,
    attributes: { 'messaging.system': 'rabbitmq', 'grader.outcome': 'ack' },
  });
  const trace = spans.filter(({ traceId }) => traceId === root?.traceId);
  const byId = new Map(trace.map((span) => [span.spanId, span]));
  const orphans = trace.filter(({ parentSpanId }) => parentSpanId !== undefined && !byId.has(parentSpanId));
  expect(orphans.map(({ name }) => name)).toEqual([]);
  for (const activity of activities) {
    const run = trace.find((span) => span.name === `RunActivity:${activity}`);
    expect(run?.service, activity).toBe('grading-worker');
    const names = ancestors(run, byId).map(({ name }) => name);
    expect(names.at(-1), activity).toBe(root?.name);
    expect(names, activity).toContain('StartWorkflow:gradeSubmission');
  }
  expect(trace.filter(({ name }) => name === 'RunActivity:runTest')).toHaveLength(
    sumProblem.test_cases.length,
  );
  expect(trace.some(({ name }) => name === 'RunWorkflow:gradeSubmission')).toBe(true);
});

it("tells the trace on the grading's log lines", () => {
  const traceId = receiver.spans().find((span) => span.name.endsWith(' process'))?.traceId;
  expect(logOf('worker')).toContain(`"trace_id":"${String(traceId)}"`);
});

it('makes histories that a worker without traces can go on with', async () => {
  const temporal = createTemporalClient(loadSettings(stack.environment).temporal);
  try {
    const history = await temporal.client.workflow.getHandle(`grade-${submissionId}`).fetchHistory();
    await Worker.runReplayHistory({ workflowBundle: await testWorkflowCode() }, history);
  } finally {
    await temporal.close();
  }
});

it('sends the headers that are set, and neither the source nor a secret in a span', () => {
  expect(receiver.headers().authorization).toBe('Bearer key-of-the-collector');
  expect(receiver.text()).not.toContain(marker);
  const { password } = new URL(stack.places.databaseUrl);
  expect(password).not.toBe('');
  expect(receiver.text()).not.toContain(password);
  expect(`${logOf('worker')}${logOf('bridge')}`).not.toContain('key-of-the-collector');
});

it('grades on where no collector answers, and says so once', async () => {
  const nobody = { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${await getPort()}` };
  const [worker, bridge] = await Promise.all([stack.start('worker', nobody), stack.start('bridge', nobody)]);
  const problem_id = await stack.backend.createProblem(sumProblem);
  const id = await stack.backend.submit({ problem_id, language: 'cpp', source_code: source });
  expect((await untilGraded(stack, id)).status).toBe('Accepted');
  await until('it is noticed', () => logOf('bridge').includes('traces cannot be sent'));
  await Promise.all([bridge.stop(), worker.stop()]);
  expect(logOf('bridge').match(/traces cannot be sent/g)).toHaveLength(1);
  expect(await Promise.all([bridge.exited, worker.exited])).toEqual([0, 0]);
});

/** The span's parents, the nearest first. */
function ancestors(span: ReceivedSpan | undefined, byId: ReadonlyMap<string, ReceivedSpan>): ReceivedSpan[] {
  const parent = byId.get(span?.parentSpanId ?? '');
  return parent === undefined ? [] : [parent, ...ancestors(parent, byId)];
}

function logOf(member: 'worker' | 'bridge'): string {
  return readFileSync(join(stack.places.logDirectory, `${member}.log`), 'utf8');
}
