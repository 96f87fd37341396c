import { randomInt } from 'node:crypto';
import { WorkflowNotFoundError } from '@temporalio/client';
import type { ConfirmChannel, ConsumeMessage, GetMessage } from 'amqplib';
import { connect } from 'amqplib';
import type { Bridge } from '../../../bridge/bridge.js';
import { startBridge } from '../../../bridge/bridge.js';
import type { BridgeDependencies } from '../../../bridge/dependencies.js';
import type { BridgeSetting } from '../../../domain/cutover/bridge-control.js';
import { controlWorkflowId } from '../../../domain/cutover/bridge-control.js';
import { gradeWorkflowId, regradeSignalName } from '../../../domain/grading/grading-workflow.js';
import { createLogger } from '../../../platform/process/logger.js';
import { Secret } from '../../../platform/settings/secret.js';
import { loadSettings } from '../../../platform/settings/settings.js';
import type { BridgeControlStore } from '../../../platform/temporal/bridge-control-store.js';
import { createBridgeControlStore } from '../../../platform/temporal/bridge-control-store.js';
import type { TemporalClient } from '../../../platform/temporal/connection.js';
import { createTemporalClient } from '../../../platform/temporal/connection.js';
import { createGradingStarter } from '../../../platform/temporal/grading-starter.js';
import { ensureNamespace } from '../../../platform/temporal/namespace.js';
import { fakeBridgeDependencies } from '../../fakes/fake-bridge-dependencies.js';
import { eventually } from '../eventually.js';
import { testServices, uniqueName } from '../services-fixture.js';

/** A queue of its own, a connection beside the bridge's, and the gradings it started, all gone after `clean`. */
export interface BridgeFixture {
  readonly queue: string;
  readonly channel: ConfirmChannel;
  readonly temporal: TemporalClient;
  /** Where the mode of the queue's bridges is set. */
  readonly control: BridgeControlStore;
  start(options?: StartOptions): Promise<Bridge>;
  submissionId(): number;
  /** As the platform gives them out: one after the other. */
  submissionIds(count: number): readonly number[];
  publish(body: string | Buffer, options?: object): Promise<void>;
  publishSubmission(): Promise<number>;
  waiting(queue?: string): Promise<number>;
  /** Status of the submission's grading, undefined when it was never started. */
  grading(submissionId: number): Promise<string | undefined>;
  /** Signals in the history of the submission's grading. */
  requestsToGradeAgain(submissionId: number): Promise<number>;
  /** Closes the grading as completed, as a worker would. */
  complete(submissionId: number): Promise<void>;
  quarantined(): Promise<GetMessage>;
  clean(): Promise<void>;
}

interface StartOptions
  extends Partial<Pick<BridgeDependencies, 'findHeader' | 'readBacklog' | 'controlFile' | 'control'>> {
  /** What the bridge does until `control` says otherwise. */
  readonly setting?: Partial<BridgeSetting>;
  /** Follows `fixture.control`; for other tests nobody sets anything. */
  readonly followsControl?: boolean;
  readonly failOpenAfterMs?: number;
  readonly amqpUrl?: string;
  /** Then the legacy workers read the queue of the same name there. */
  readonly legacyAmqpUrl?: string;
  readonly temporalAddress?: string;
  readonly healthPort?: number;
}

/** Of this file alone. Nobody works in it: gradings stay open until the test closes them. */
const namespace = uniqueName('bridge');

export async function createBridgeFixture(): Promise<BridgeFixture> {
  const services = testServices();
  const log = createLogger({
    name: 'test',
    level: process.env.GRADER_TEST_LOG ?? 'silent',
    format: 'pretty',
  });
  const queue = uniqueName('bridge-test');
  const connection = await connect(services.amqpUrl);
  const channel = await connection.createConfirmChannel();
  await channel.assertQueue(queue, { durable: true });
  // A get from a missing queue would close the channel.
  await channel.assertQueue(`${queue}.legacy`, { durable: true });
  const client = (address: string): TemporalClient =>
    createTemporalClient({ ...loadSettings({}).temporal, address, namespace });
  const temporal = client(services.temporalAddress);
  // A bridge that needs no grading goes on before the server's front ends know the namespace; `clean` reads from it.
  await ensureNamespace(temporal, log);
  const started: number[] = [];
  const cleanups: (() => Promise<unknown>)[] = [];

  const end = (workflowId: string): Promise<unknown> =>
    temporal.client.workflow
      .getHandle(workflowId)
      .terminate('test is over')
      .catch(() => undefined);

  const fixture: BridgeFixture = {
    queue,
    channel,
    temporal,
    control: createBridgeControlStore(temporal, queue),
    async start(options = {}) {
      const bridgeTemporal = client(options.temporalAddress ?? services.temporalAddress);
      const bridge = await startBridge({
        id: uniqueName('bridge'),
        settings: {
          ...loadSettings({}),
          amqpUrl: new Secret(options.amqpUrl ?? services.amqpUrl),
          queue,
          legacyQueue: options.legacyAmqpUrl === undefined ? `${queue}.legacy` : queue,
          legacyAmqpUrl: options.legacyAmqpUrl === undefined ? undefined : new Secret(options.legacyAmqpUrl),
          bridgeSetting: { mode: 'equal', share: 0, salt: 'test', ...options.setting },
          failOpenAfterMs: options.failOpenAfterMs ?? 5_000,
          bridgePrefetch: 5,
          bridgeHealthPort: options.healthPort ?? 0,
          shutdownGraceMs: 5_000,
        },
        starter: createGradingStarter(bridgeTemporal, log, { queue }),
        log,
        ...fakeBridgeDependencies(),
        ...(options.followsControl && { control: createBridgeControlStore(bridgeTemporal, queue) }),
        ...(options.control && { control: options.control }),
        ...(options.readBacklog && { readBacklog: options.readBacklog }),
        ...(options.controlFile && { controlFile: options.controlFile }),
        ...(options.findHeader && { findHeader: options.findHeader }),
      });
      cleanups.unshift(async () => {
        await bridge.close();
        await bridgeTemporal.close();
      });
      return bridge;
    },
    submissionId() {
      const id = randomInt(1, 2 ** 31);
      started.push(id);
      return id;
    },
    submissionIds(count) {
      const first = randomInt(1, 2 ** 31);
      const ids = Array.from({ length: count }, (_, index) => first + index);
      started.push(...ids);
      return ids;
    },
    async publish(body, options = {}) {
      channel.sendToQueue(queue, Buffer.from(body as string), { persistent: true, ...options });
      await channel.waitForConfirms();
    },
    async publishSubmission() {
      const id = fixture.submissionId();
      await fixture.publish(JSON.stringify({ submission_id: id }));
      return id;
    },
    waiting: async (name = queue) => (await channel.checkQueue(name)).messageCount,
    async grading(submissionId) {
      try {
        return (await temporal.client.workflow.getHandle(gradeWorkflowId(submissionId)).describe()).status
          .name;
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return undefined;
        throw error;
      }
    },
    async requestsToGradeAgain(submissionId) {
      const history = await temporal.client.workflow.getHandle(gradeWorkflowId(submissionId)).fetchHistory();
      return (history.events ?? []).filter(
        ({ workflowExecutionSignaledEventAttributes: signal }) => signal?.signalName === regradeSignalName,
      ).length;
    },
    complete: (submissionId) => completeGrading(temporal, submissionId),
    quarantined: () =>
      eventually(async () => {
        // As every party declares it; a get from a missing queue would close the channel.
        await channel.assertQueue(`${queue}.quarantine`, { durable: true });
        const message = await channel.get(`${queue}.quarantine`, { noAck: true });
        if (!message) throw new Error('nothing in quarantine');
        return message;
      }),
    async clean() {
      for (const cleanup of cleanups) await cleanup();
      for (let at = 0; at < started.length; at += 25) {
        await Promise.all(started.slice(at, at + 25).map((id) => end(gradeWorkflowId(id))));
      }
      await channel.deleteQueue(queue);
      await channel.deleteQueue(`${queue}.quarantine`);
      await channel.deleteQueue(`${queue}.legacy`);
      for (const { version } of await fixture.control.history(100)) {
        await end(controlWorkflowId(queue, version));
      }
      await connection.close();
      await temporal.close();
    },
  };
  return fixture;
}

export function headersOf(message: Pick<ConsumeMessage, 'properties'>): Record<string, unknown> {
  return message.properties.headers ?? {};
}

/** Answers workflow tasks by hand until the one of this grading is closed; a real worker is not needed for that. */
async function completeGrading(temporal: TemporalClient, submissionId: number): Promise<void> {
  const { workflowService } = temporal.connection;
  for (;;) {
    const task = await temporal.connection.withDeadline(Date.now() + 70_000, () =>
      workflowService.pollWorkflowTaskQueue({
        namespace: temporal.namespace,
        taskQueue: { name: 'grading' },
        identity: 'test',
      }),
    );
    if (task.workflowExecution?.workflowId !== gradeWorkflowId(submissionId)) continue;
    await workflowService.respondWorkflowTaskCompleted({
      namespace: temporal.namespace,
      taskToken: task.taskToken,
      // temporal.api.enums.v1.CommandType: 1 schedules an activity, 2 requests a cancel, 3 starts a timer, 4 completes.
      commands: [{ commandType: 4, completeWorkflowExecutionCommandAttributes: {} }],
    });
    return;
  }
}
