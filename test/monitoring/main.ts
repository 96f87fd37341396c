/**
 * Asks a real Prometheus that scrapes a real bridge and worker for every query of the dashboard, prints the answers, and
 * lets promtool check the rules and prove that each alert fires when it should: npm run test:monitoring
 */
import { setTimeout as sleep } from 'node:timers/promises';
import getPort from 'get-port';
import { provideServices } from '../../devstack/services/index.js';
import { renderTable } from '../../platform/terminal/table.js';
import type { TestStack } from '../integration/grading/stack-fixture.js';
import {
  createTestStack,
  sumProblem,
  sumSource,
  until,
  untilGraded,
} from '../integration/grading/stack-fixture.js';
import type { Prometheus } from './prometheus.js';
import { promtool, startPrometheus } from './prometheus.js';
import { alertQueries, alertsWithoutTest, dashboardQueries } from './queries.js';

/** Longer than the range of the queries' rates, so that all of them have two samples. */
const loadSeconds = 75;
const programs = [
  sumSource,
  '#include <iostream>\nint main() { std::cout << 7; }\n',
  'int main() { return missing; }\n',
  'int main() { for (;;) {} }\n',
];

async function main(): Promise<void> {
  const untested = alertsWithoutTest();
  if (untested.length > 0)
    throw new Error(`test/monitoring/alerts.test.yml provokes no ${untested.join(', ')}`);
  process.stdout.write(`${await promtool('check', 'rules', 'deploy/monitoring/alerts.yml')}\n`);
  process.stdout.write(`${await promtool('test', 'rules', 'test/monitoring/alerts.test.yml')}\n`);
  const stack = await startStack();
  let prometheus: Prometheus | undefined;
  try {
    const sdkPort = await getPort();
    await stack.start('backend');
    const [worker, bridge] = await Promise.all([
      stack.start('worker', { TEMPORAL_METRICS_PORT: String(sdkPort) }),
      stack.start('bridge'),
    ]);
    const running = await startPrometheus({
      worker: new URL(worker.readyUrl).host,
      bridge: new URL(bridge.readyUrl).host,
      temporalSdk: `127.0.0.1:${sdkPort}`,
    });
    prometheus = running;
    await grade(stack);
    await until('Prometheus has scraped all', async () => {
      const { series } = await running.query('sum(up)');
      return series[0]?.value[1] === '3';
    });
    process.exitCode = (await report(running)) ? 0 : 1;
  } finally {
    await prometheus?.stop();
    await stack.stop();
  }
}

async function startStack(): Promise<TestStack> {
  const services = await provideServices();
  Object.assign(process.env, {
    GRADER_TEST_AMQP_URL: services.amqpUrl,
    GRADER_TEST_DATABASE_URL: services.databaseUrl,
    GRADER_TEST_DOCKER_HOST: services.dockerHost,
    GRADER_TEST_IMAGE: services.image,
    GRADER_TEST_TEMPORAL_ADDRESS: services.temporalAddress,
    GRADER_TEST_TEMPORAL_UI_URL: services.temporalUiUrl,
  });
  return createTestStack();
}

/** A mixed load for as long as the rates look back. */
async function grade(stack: TestStack): Promise<void> {
  const problem = await stack.backend.createProblem({ ...sumProblem, time_limit_ms: 300 });
  const startedAt = Date.now();
  const ids: number[] = [];
  for (let index = 0; Date.now() - startedAt < loadSeconds * 1000; index += 1) {
    const source_code = programs[index % programs.length] ?? sumSource;
    ids.push(await stack.backend.submit({ problem_id: problem, language: 'cpp', source_code }));
    await sleep(2000);
  }
  await Promise.all(ids.map((id) => untilGraded(stack, id)));
  process.stdout.write(`graded ${ids.length} submissions in ${loadSeconds} s\n`);
}

async function report(prometheus: Prometheus): Promise<boolean> {
  const rows: string[][] = [];
  let failures = 0;
  for (const { title, expr } of dashboardQueries()) {
    const { error, series } = await prometheus.query(expr.replaceAll('$__rate_interval', '1m'));
    // What only a failure makes appear, has no series while nothing fails.
    const mayBeEmpty = expr.includes('temporal_request_failure_total');
    const isGood = error === undefined && (series.length > 0 || mayBeEmpty);
    if (!isGood) failures += 1;
    const [first] = series;
    const value = first === undefined ? (error ?? '–') : Number(first.value[1]).toPrecision(4);
    rows.push([isGood ? 'ok' : 'FAILED', title.slice(0, 34), short(expr), String(series.length), value]);
  }
  process.stdout.write(`${renderTable(['', 'panel', 'query', 'series', 'first value'], rows)}\n`);
  const rules = await prometheus.rules();
  const unhealthy = rules.filter(({ health }) => health !== 'ok');
  const firing = rules.filter(({ state }) => state === 'firing').map(({ name }) => name);
  process.stdout.write(
    `${rows.length} queries, ${failures} failed; ${rules.length} of ${alertQueries().length} alert rules evaluated, ${unhealthy.length} unhealthy; firing: ${firing.join(', ') || 'none'}\n`,
  );
  return failures === 0 && unhealthy.length === 0 && rules.length === alertQueries().length;
}

function short(expr: string): string {
  const line = expr.replace(/\s+/g, ' ');
  return line.length > 78 ? `${line.slice(0, 77)}…` : line;
}

await main();
