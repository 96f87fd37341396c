import type { WorkflowHandle } from '@temporalio/client';
import { Client, Connection } from '@temporalio/client';
import type { WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
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
import { workflowSource } from '../workers/workflow-source.js';
import type { gradeSubmission } from '../workflows/grade-submission.js';
import { fakeHostQueue } from './fakes/fake-activities.js';

export type GradingHandle = WorkflowHandle<typeof gradeSubmission>;

/** Stands in recorded histories. */
const identity = 'grading-test';

/** Workers with fake activities on a real server, for the workflow tests and the recording of histories. */
export interface GradingEnvironment {
  readonly client: Client;
  /** Runs `body` while workers serve all three queues with these activities. */
  withWorkers<Result>(activities: Activities, body: () => Promise<Result>): Promise<Result>;
  start(options?: Partial<GradeSubmissionInput>): Promise<GradingHandle>;
  close(): Promise<void>;
}

/** @throws Error when GRADER_TEST_TEMPORAL_ADDRESS is not set: these tests need a server with our search attributes. */
export async function openGradingEnvironment(env: NodeJS.ProcessEnv): Promise<GradingEnvironment> {
  const address = env.GRADER_TEST_TEMPORAL_ADDRESS;
  const namespace = env.GRADER_TEST_NAMESPACE ?? 'default';
  if (address === undefined) {
    throw new Error('GRADER_TEST_TEMPORAL_ADDRESS is not set; "./grader test" starts a server and sets it.');
  }
  Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] });
  await prepareNamespace(env, address, namespace);
  const connection = await Connection.connect({ address });
  const native = await NativeConnection.connect({ address });
  const client = new Client({ connection, namespace, identity });
  const workflowBundle = await bundled();
  let nextId = Math.floor(Date.now() / 10) * 1000;
  const createWorker = (taskQueue: string, activities: Activities, withWorkflows: boolean) =>
    Worker.create({
      connection: native,
      identity,
      namespace,
      taskQueue,
      activities,
      maxHeartbeatThrottleInterval: '200ms',
      shutdownForceTime: '5s',
      ...(withWorkflows ? { workflowBundle, maxCachedWorkflows: 50 } : {}),
    });
  return {
    client,
    async withWorkers(activities, body) {
      const [first, ...rest] = await Promise.all([
        createWorker(gradingQueue, activities, true),
        createWorker(sandboxQueue, activities, false),
        createWorker(fakeHostQueue, activities, false),
      ]);
      // The others end with the body.
      return first.runUntil(() =>
        rest.reduce<() => ReturnType<typeof body>>((inner, worker) => () => worker.runUntil(inner), body)(),
      );
    },
    async start(options = {}) {
      nextId += 1;
      const input: GradeSubmissionInput = { submissionId: nextId, origin: 'cli', ...options };
      return client.workflow.start<typeof gradeSubmission>(gradeSubmissionType, {
        workflowId: gradeWorkflowId(input.submissionId),
        taskQueue: gradingQueue,
        args: [input],
      });
    },
    async close() {
      await native.close();
      await connection.close();
    },
  };
}

async function bundled(): Promise<WorkflowBundleWithSourceMap> {
  const source = workflowSource();
  if (!('workflowsPath' in source)) throw new Error('Tests run from the sources.');
  return bundleWorkflowCode({ workflowsPath: source.workflowsPath, logger: new DefaultLogger('WARN') });
}

/** The workflows set our search attributes, as they do in production. */
async function prepareNamespace(env: NodeJS.ProcessEnv, address: string, namespace: string): Promise<void> {
  const { temporal } = loadSettings({ ...env, TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace });
  const log = createLogger({ name: 'test', level: 'silent', format: 'json' });
  const client = createTemporalClient(temporal);
  await ensureNamespace(client, log);
  await ensureSearchAttributes(client, log);
  await client.close();
}
