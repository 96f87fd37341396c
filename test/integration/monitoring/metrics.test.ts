import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ConfirmChannel } from 'amqplib';
import { connect } from 'amqplib';
import getPort from 'get-port';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gradeWorkflowId } from '../../../domain/grading/grading-workflow.js';
import { loadSettings } from '../../../platform/settings/settings.js';
import { createTemporalClient } from '../../../platform/temporal/connection.js';
import { alertQueries, dashboardQueries, exportedNames, metricNames } from '../../monitoring/queries.js';
import type { TestStack } from '../grading/stack-fixture.js';
import {
  createTestStack,
  required,
  sumProblem,
  sumSource,
  until,
  untilGraded,
} from '../grading/stack-fixture.js';

/** Words that stand for what must not be told: each is in one place that a log or a label might copy. */
const secrets = {
  source: 'marker-of-the-source',
  compilerMessage: 'marker_of_the_compiler',
  output: 'marker-of-the-output',
  testData: 'marker-of-the-test-data',
  apiKey: 'marker-of-the-api-key',
  backendPassword: 'marker-of-the-backend',
};

let stack: TestStack;
let scrape: { worker: () => Promise<string>; bridge: () => Promise<string>; sdk: () => Promise<string> };
let problem: number;

const submit = (source_code: string, language = 'cpp') =>
  stack.backend.submit({ problem_id: problem, language, source_code });

beforeAll(async () => {
  const sdkPort = await getPort();
  stack = await createTestStack({ LOG_LEVEL: 'debug', TEMPORAL_METRICS_PORT: String(sdkPort) });
  await stack.start('backend');
  const backend = new URL(stack.backendUrl);
  backend.username = 'grader';
  backend.password = secrets.backendPassword;
  const settings = {
    BACKEND_API_URL: backend.href,
    TEMPORAL_API_KEY: secrets.apiKey,
    TEMPORAL_TLS: 'false',
  };
  const [worker, bridge] = await Promise.all([
    stack.start('worker', settings),
    stack.start('bridge', settings),
  ]);
  const reader = (base: string) => async () => (await fetch(new URL('/metrics', base))).text();
  scrape = {
    worker: reader(worker.readyUrl),
    bridge: reader(bridge.readyUrl),
    sdk: reader(`http://127.0.0.1:${sdkPort}`),
  };
  problem = await stack.backend.createProblem({
    ...sumProblem,
    test_cases: [
      { input_data: `1 2 ${secrets.testData}\n`, expected_output: '3\n' },
      ...sumProblem.test_cases,
    ],
  });
});
afterAll(() => stack?.stop());

describe('the metrics of a running bridge and worker', () => {
  it('count what was graded, by verdict', async () => {
    const noisy = `// ${secrets.source}\n#include <iostream>\nint main() { std::cout << "${secrets.output}"; std::cerr << "${secrets.output}"; return 3; }\n`;
    const broken = `int main() { return ${secrets.compilerMessage}; }\n`;
    const ids = await Promise.all([
      submit(sumSource),
      submit(noisy),
      submit(broken),
      submit('DISPLAY 3', 'cobol'),
    ]);
    await Promise.all(ids.map((id) => untilGraded(stack, id)));
    await until(
      'every verdict is told',
      async () => value(await scrape.worker(), 'grader_gradings_total') === 4,
    );
    const text = await scrape.worker();
    for (const verdict of ['Accepted', 'Runtime Error', 'Compile Error', 'System Error']) {
      expect(value(text, `grader_gradings_total{verdict="${verdict}"}`), verdict).toBe(1);
    }
    expect(value(text, 'grader_system_errors_total{type="Ungradable"}')).toBe(1);
    expect(value(text, 'grader_time_to_verdict_seconds_count')).toBe(4);
    expect(value(text, 'grader_backend_posts_total{result="accepted"}')).toBe(4);
    expect(value(text, 'grader_step_attempts_total{step="notify",outcome="ok"}')).toBe(4);
    expect(value(text, 'grader_test_time_seconds_count{language="cpp"}')).toBe(8);
    expect(value(text, 'grader_pool_containers')).toBe(value(text, 'grader_pool_size'));
    expect(value(text, 'process_resident_memory_bytes')).toBeGreaterThan(10e6);
    expect(value(await scrape.bridge(), 'grader_bridge_gradings_started_total')).toBe(4);
  });

  it('count a program that is compiled again as found in the cache', async () => {
    const before = value(await scrape.worker(), 'grader_compile_cache_requests_total{result="hit"}');
    await untilGraded(stack, await submit(sumSource));
    const after = value(await scrape.worker(), 'grader_compile_cache_requests_total{result="hit"}');
    expect(after - before).toBe(1);
  });

  it('count a message that cannot be graded', async () => {
    await publish('no JSON at all');
    await until(
      'it is counted',
      async () => value(await scrape.bridge(), 'grader_bridge_messages_quarantined_total') === 1,
    );
  });

  it("count the requests that Temporal refuses, in the SDK's own", async () => {
    const id = await submit('int main() { for (;;) {} }\n');
    const temporal = createTemporalClient({
      ...loadSettings({}).temporal,
      address: required('GRADER_TEST_TEMPORAL_ADDRESS'),
      namespace: stack.places.namespace,
    });
    try {
      await until('its program runs', async () => value(await scrape.worker(), 'grader_run_running') > 0);
      await temporal.client.workflow.getHandle(gradeWorkflowId(id)).terminate('the test wants a refusal');
      await until('a refusal', async () => (await scrape.sdk()).includes('temporal_request_failure_total{'));
    } finally {
      await temporal.close();
    }
  });

  it('have every name that the dashboard and the alerts ask for', async () => {
    const texts = await Promise.all([scrape.worker(), scrape.bridge(), scrape.sdk()]);
    const exported = new Set(texts.flatMap((text) => [...exportedNames(text)]));
    const queries = [...dashboardQueries(), ...alertQueries()];
    expect(queries.length).toBeGreaterThan(60);
    const unknown = queries.flatMap(({ title, expr }) =>
      metricNames(expr)
        .filter((name) => !exported.has(name))
        .map((name) => `${title}: ${name}`),
    );
    expect(unknown).toEqual([]);
  });

  it('of ours are all on the dashboard', async () => {
    const shown = new Set(dashboardQueries().flatMap(({ expr }) => metricNames(expr)));
    const ours = [...exportedNames(await scrape.worker()), ...exportedNames(await scrape.bridge())]
      .filter((name) => name.startsWith('grader_') && !/_(sum|count)$/.test(name))
      .filter((name) => !shown.has(name));
    expect([...new Set(ours)].sort()).toEqual(['grader_build_info']);
  });
});

describe('what leaves a running bridge and worker', () => {
  it('names submission, workflow, step, attempt and host on every line about a grading', () => {
    const lines = logLines('worker').filter((line) => String(line.workflowId).startsWith('grade-'));
    expect(lines.filter(({ msg }) => msg === 'graded').length).toBeGreaterThanOrEqual(5);
    const incomplete = lines.filter(
      (line) =>
        typeof line.submissionId !== 'number' ||
        line.host !== stack.environment.HOST_ID ||
        // A line of the workflow itself stands between two steps.
        (/^Activity|^graded/.test(String(line.msg)) && !(line.step && line.attempt)),
    );
    expect(incomplete).toEqual([]);
    const acked = logLines('bridge').filter(({ msg }) => msg === 'message acked');
    expect(acked.length).toBeGreaterThanOrEqual(5);
    for (const line of acked) {
      expect(line).toMatchObject({ host: stack.environment.HOST_ID, step: 'bridge' });
      expect(line.workflowId).toBe(`grade-${String(line.submissionId)}`);
    }
  });

  it('holds no secret, no source, no output and no test data, in logs of the level debug as in metrics', async () => {
    const password = new URL(stack.places.databaseUrl).password;
    const texts = {
      'log of the worker': logText('worker'),
      'log of the bridge': logText('bridge'),
      'metrics of the worker': await scrape.worker(),
      'metrics of the bridge': await scrape.bridge(),
      "metrics of Temporal's SDK": await scrape.sdk(),
    };
    const words = { ...secrets, databasePassword: password };
    for (const [place, text] of Object.entries(texts)) {
      expect(text.length, place).toBeGreaterThan(500);
      for (const [what, word] of Object.entries(words)) {
        if (word !== '') expect(text.includes(word), `${what} in the ${place}`).toBe(false);
      }
    }
  });
});

/** Sum of the series whose name and labels begin so. */
function value(text: string, series: string): number {
  return text
    .split('\n')
    .filter((line) => line.startsWith(series) && /^[{ ]/.test(line.slice(series.length)))
    .map((line) => Number(line.slice(line.lastIndexOf(' ') + 1)))
    .reduce((sum, each) => sum + each, 0);
}

function logText(member: string): string {
  return readFileSync(join(stack.places.logDirectory, `${member}.log`), 'utf8');
}

function logLines(member: string): Record<string, unknown>[] {
  return logText(member)
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

async function publish(body: string): Promise<void> {
  const connection = await connect(stack.places.amqpUrl);
  try {
    const channel: ConfirmChannel = await connection.createConfirmChannel();
    channel.sendToQueue(stack.places.queue, Buffer.from(body), { persistent: true });
    await channel.waitForConfirms();
  } finally {
    await connection.close();
  }
}
