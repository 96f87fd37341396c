import { AsyncLocalStorage } from 'node:async_hooks';
import { activityInfo } from '@temporalio/activity';
import type { WorkflowHandle } from '@temporalio/client';
import { Client, Connection, WorkflowNotFoundError } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import type { Activities } from '../activities/create-activities.js';
import type { GradeSubmissionInput } from '../domain/grading/grading-workflow.js';
import {
  gradeSubmissionType,
  gradeWorkflowId,
  gradingQueue,
  sandboxQueue,
} from '../domain/grading/grading-workflow.js';
import { createLogger } from '../platform/process/logger.js';
import { loadSettings } from '../platform/settings/settings.js';
import { createTemporalClient } from '../platform/temporal/connection.js';
import { ensureNamespace } from '../platform/temporal/namespace.js';
import { ensureSearchAttributes } from '../platform/temporal/search-attributes.js';
import type { gradeSubmission } from '../workflows/grade-submission.js';
import { fakeHostQueue } from './fakes/fake-activities.js';
import { testWorkflowCode } from './workflow-bundle.js';

export type GradingHandle = WorkflowHandle<typeof gradeSubmission>;

/** Stands in recorded histories. */
const identity = 'grading-test';

/** Workers with fake activities on a real server, for the workflow tests and the recording of histories. */
export interface GradingEnvironment {
  readonly client: Client;
  /**
   * Runs `body` with these activities on the workers of all three queues, which are the same for the whole file. Tests
   * may run at once where `start` begins all their workflows: each of these has the activities of its own test.
   */
  withWorkers<Result>(activities: Activities, body: () => Promise<Result>): Promise<Result>;
  start(options?: Partial<GradeSubmissionInput>): Promise<GradingHandle>;
  close(): Promise<void>;
}

/**
 * @param namespace of the caller's own: other workers would take its workflows, as the queues have the same names everywhere.
 * @throws Error when GRADER_TEST_TEMPORAL_ADDRESS is not set: these tests need a server with our search attributes.
 */
export async function openGradingEnvironment(
  env: NodeJS.ProcessEnv,
  namespace: string,
): Promise<GradingEnvironment> {
  const address = env.GRADER_TEST_TEMPORAL_ADDRESS;
  if (address === undefined) {
    throw new Error('GRADER_TEST_TEMPORAL_ADDRESS is not set; "./grader test" starts a server and sets it.');
  }
  Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] });
  await prepareNamespace(env, address, namespace);
  const connection = await Connection.connect({ address });
  const native = await NativeConnection.connect({ address });
  const client = new Client({ connection, namespace, identity });
  const workflowBundle = await testWorkflowCode();
  /** Of the test that began last, for workflows that others begin, as children are. */
  let current: object = {};
  const byWorkflow = new Map<string, object>();
  const ofThisTest = new AsyncLocalStorage<object>();
  let nextId = Math.floor(Date.now() / 10) * 1000;
  const createWorker = (taskQueue: string, withWorkflows: boolean) =>
    Worker.create({
      connection: native,
      identity,
      namespace,
      taskQueue,
      activities: {
        default: (input: unknown) => {
          const { activityType, workflowExecution } = activityInfo();
          const fakes = byWorkflow.get(workflowExecution?.workflowId ?? '') ?? current;
          return activityOf(fakes, activityType)(input);
        },
      },
      maxHeartbeatThrottleInterval: '200ms',
      shutdownForceTime: '5s',
      ...(withWorkflows ? { workflowBundle, maxCachedWorkflows: 50 } : {}),
    });
  const workers = await Promise.all([
    createWorker(gradingQueue, true),
    createWorker(sandboxQueue, false),
    createWorker(fakeHostQueue, false),
  ]);
  const running = Promise.all(workers.map((worker) => worker.run()));
  return {
    client,
    async withWorkers(activities, body) {
      current = activities;
      try {
        // A worker that failed ends the test with its own error.
        return await ofThisTest.run(activities, () =>
          Promise.race([body(), running.then(() => endedEarly())]),
        );
      } finally {
        await terminateOpen(client, (id) => (byWorkflow.get(id) ?? activities) === activities);
      }
    },
    async start(options = {}) {
      nextId += 1;
      const input: GradeSubmissionInput = { submissionId: nextId, origin: 'cli', ...options };
      const workflowId = gradeWorkflowId(input.submissionId);
      byWorkflow.set(workflowId, ofThisTest.getStore() ?? current);
      return client.workflow.start<typeof gradeSubmission>(gradeSubmissionType, {
        workflowId,
        taskQueue: gradingQueue,
        args: [input],
      });
    },
    async close() {
      for (const worker of workers) worker.shutdown();
      await running;
      await native.close();
      await connection.close();
    },
  };
}

/** What a test leaves open would call the next one's activities. */
async function terminateOpen({ workflow }: Client, isOwn: (workflowId: string) => boolean): Promise<void> {
  for await (const { workflowId } of workflow.list({ query: "ExecutionStatus = 'Running'" })) {
    if (!isOwn(workflowId)) continue;
    try {
      await workflow.getHandle(workflowId).terminate('the test is over');
    } catch (error) {
      // The list lags behind.
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    }
  }
}

function activityOf(activities: object, activityType: string): (input: unknown) => unknown {
  const activity = (activities as Record<string, (input: unknown) => unknown>)[activityType];
  if (activity === undefined) throw new Error(`This test has no activity ${activityType}.`);
  return activity;
}

function endedEarly(): never {
  throw new Error('The workers ended before the test.');
}

/** The workflows set our search attributes, as they do in production. */
export async function prepareNamespace(
  env: NodeJS.ProcessEnv,
  address: string,
  namespace: string,
): Promise<void> {
  const { temporal } = loadSettings({ ...env, TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace });
  const log = createLogger({ name: 'test', level: 'silent', format: 'json' });
  const client = createTemporalClient(temporal);
  await ensureNamespace(client, log);
  await ensureSearchAttributes(client, log);
  await client.close();
}
