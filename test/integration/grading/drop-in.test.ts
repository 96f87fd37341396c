import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import getPort from 'get-port';
import { afterEach, expect, it } from 'vitest';
import type { ManagedProcess } from '../../../devstack/stack/managed-process.js';
import { startManagedProcess } from '../../../devstack/stack/managed-process.js';
import type { TestStack } from './stack-fixture.js';
import { createTestStack, required, sumProblem, sumSource, untilGraded } from './stack-fixture.js';

let stack: TestStack;
const processes: ManagedProcess[] = [];

afterEach(async () => {
  await Promise.all(processes.map((each) => each.stop()));
  await stack?.stop();
});

it('serves a platform by the .env of the legacy worker and the address of Temporal alone', async () => {
  stack = await createTestStack();
  await stack.start('backend');
  const directory = mkdtempSync(join(tmpdir(), 'grader-drop-in-'));
  writeFileSync(join(directory, '.env'), contractEnv(stack));
  for (const [name, script] of [
    ['worker', 'dist/worker.js'],
    ['bridge', 'dist/bridge.js'],
  ] as const) {
    const healthPort = await getPort();
    const launched = startManagedProcess({
      name,
      script,
      workingDirectory: directory,
      environment: {
        TEMPORAL_ADDRESS: required('GRADER_TEST_TEMPORAL_ADDRESS'),
        // Only so that the test can tell when it is ready, and finds its own workflows.
        [`${name.toUpperCase()}_HEALTH_PORT`]: String(healthPort),
        TEMPORAL_NAMESPACE: stack.places.namespace,
        DOCKER_HOST: required('GRADER_TEST_DOCKER_HOST'),
      },
      logFile: join(directory, `${name}.log`),
      readyUrl: `http://127.0.0.1:${healthPort}/readyz`,
      readyTimeoutMs: 60_000,
    });
    processes.push(launched);
    await launched.ready();
  }
  const id = await stack.backend.submit({
    problem_id: await stack.backend.createProblem(sumProblem),
    language: 'cpp',
    source_code: sumSource,
  });
  expect((await untilGraded(stack, id)).status).toBe('Accepted');
});

/** The legacy worker's variables and no other (contract §1); `sslmode` and credentials as libpq takes them. */
function contractEnv(of: TestStack): string {
  const amqp = new URL(of.places.amqpUrl);
  return `RABBITMQ_HOST=${amqp.host}
RABBITMQ_QUEUE=${of.places.queue}
DATABASE_URL=${withSslMode(of.places.databaseUrl)}
BACKEND_API_URL=${of.backendUrl}
DOCKER_IMAGE=${of.places.image}
CONTAINER_POOL_SIZE=2
DEFAULT_TIME_LIMIT=1000
DEFAULT_MEMORY_LIMIT=256000
TEMP_DIR=/tmp/grader
FLASK_ENV=production
`;
}

function withSslMode(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  url.searchParams.set('sslmode', 'disable');
  return url.toString();
}
