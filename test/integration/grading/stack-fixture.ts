import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import type { BackendApi, SubmissionState } from '../../../devstack/stack/backend-api.js';
import { createBackendApi, isUngraded } from '../../../devstack/stack/backend-api.js';
import type { GradingStack } from '../../../devstack/stack/grading-stack.js';
import { createGradingStack } from '../../../devstack/stack/grading-stack.js';
import type { ManagedProcess } from '../../../devstack/stack/managed-process.js';
import { ensureDatabase } from '../../../devstack/stack/platform-database.js';
import type { GradingProfile } from '../../../domain/judging/grading-profile.js';
import { applySchema } from '../../../reference-backend/apply-schema.js';
import { eventually } from '../eventually.js';
import { noteStack } from '../open-stacks.js';

export interface TestStack extends GradingStack {
  readonly backend: BackendApi;
}

/** A database, a queue and a namespace of its own on the real services; nothing is started yet. */
export async function createTestStack(settings: Record<string, string> = {}): Promise<TestStack> {
  const name = `t${randomUUID().slice(0, 8)}`;
  const databaseUrl = await ensureDatabase(required('GRADER_TEST_DATABASE_URL'), name);
  await applySchema(databaseUrl);
  const stack = await createGradingStack({
    amqpUrl: required('GRADER_TEST_AMQP_URL'),
    queue: `grading_${name}`,
    databaseUrl,
    dockerHost: required('GRADER_TEST_DOCKER_HOST'),
    image: required('GRADER_TEST_IMAGE'),
    temporalAddress: required('GRADER_TEST_TEMPORAL_ADDRESS'),
    namespace: name,
    temporalUiUrl: required('GRADER_TEST_TEMPORAL_UI_URL'),
    logDirectory: mkdtempSync(join(tmpdir(), `grader-test-${name}-`)),
    settings: { CONTAINER_POOL_SIZE: '2', HOST_ID: name, LOG_LEVEL: 'info', ...settings },
  });
  noteStack(stack);
  return { ...stack, backend: createBackendApi(stack.backendUrl) };
}

/**
 * A worker with this profile for all tests of a `describe`. Backend and bridge know no profiles: those of the stack serve
 * one `describe` after the other.
 */
export function gradesBy(profile: GradingProfile, stackOf: () => TestStack): void {
  let worker: ManagedProcess | undefined;
  beforeAll(async () => {
    worker = await stackOf().start('worker', { GRADING_PROFILE: profile });
  });
  afterAll(() => worker?.stop());
}

/** Waits for the verdict the platform shows. */
export function untilGraded(
  stack: TestStack,
  submissionId: number,
  timeoutMs = 240_000,
): Promise<SubmissionState> {
  return eventually(
    async () => {
      const state = await stack.backend.read(submissionId);
      if (!isUngraded(state.status)) return state;
      throw new Error(
        `submission ${submissionId} has no verdict after ${timeoutMs} ms; logs: ${stack.places.logDirectory}`,
      );
    },
    // A verdict stays.
    { timeoutMs, maxPauseMs: 1_000 },
  );
}

export function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  timeoutMs = 120_000,
): Promise<void> {
  return eventually(
    async () => {
      if (!(await condition())) throw new Error(`not within ${timeoutMs} ms: ${what}`);
    },
    { timeoutMs },
  );
}

export function required(name: string): string {
  const value = process.env[name];
  if (!value)
    throw new Error(`${name} is not set: these tests need the real services. Run them by: ./grader test`);
  return value;
}

export const sumProblem = {
  title: 'A + B',
  test_cases: [
    { input_data: '1 2\n', expected_output: '3\n' },
    { input_data: '5 -7\n', expected_output: '-2\n' },
    { input_data: '0 0\n', expected_output: '0\n' },
  ],
};

/** With the quickest header: it is compiled dozens of times, and a stream takes a compiler ten times as long. */
export const sumSource =
  '#include <cstdio>\nint main() { long long a, b; if (scanf("%lld %lld", &a, &b) == 2) printf("%lld\\n", a + b); }\n';

/** Slow by the clock, whatever the machine: long enough to be seen at work. */
export const slowSum = sumSource
  .replace('if (scanf', 'sleep(2); if (scanf')
  .replace('#include', '#include <unistd.h>\n#include');
