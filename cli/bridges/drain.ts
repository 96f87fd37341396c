import { republishedProperties } from '../../bridge/properties.js';
import { gradeSubmissionType } from '../../domain/grading/grading-workflow.js';
import { createConfirmedPublisher } from '../../platform/amqp/confirmed-publisher.js';
import { ensureQueue } from '../../platform/amqp/ensure-queue.js';
import { takeMessages } from '../../platform/amqp/take-messages.js';
import type { TemporalClient } from '../../platform/temporal/connection.js';
import { queueMemo } from '../../platform/temporal/grading-queue-memo.js';
import type { CommandContext } from '../context.js';

const batch = 200;

/**
 * Moves waiting messages from the legacy queue back to the platform's: each is acked only when its copy is confirmed.
 * The legacy workers finish what they have in flight.
 * @returns how many were moved.
 */
export async function drainLegacyQueue(
  context: Pick<CommandContext, 'settings' | 'broker' | 'legacyBroker'>,
): Promise<number> {
  const { legacyQueue } = context.settings;
  const [connection, legacy] = [await context.broker(), await context.legacyBroker()];
  await ensureQueue(connection, context.settings.queue);
  await ensureQueue(legacy, legacyQueue);
  const publisher = createConfirmedPublisher(await connection.createConfirmChannel());
  let moved = 0;
  for (;;) {
    const count = await takeMessages(legacy, legacyQueue, batch, async (messages, channel) => {
      await Promise.all(
        messages.map(async (message) => {
          await publisher.publish(
            context.settings.queue,
            message.content,
            republishedProperties(message as never),
          );
          channel.ack(message as never);
        }),
      );
      return messages.length;
    });
    moved += count;
    if (count === 0) return moved;
  }
}

export interface UnstartedGradings {
  readonly unstarted: readonly UnstartedGrading[];
  /** Gradings that have a container, or are about to get one: they finish here. */
  readonly leftRunning: number;
  /** Those of other queues, those that a person started, such as replays, and those of a version that noted no queue. */
  readonly notOfQueue: number;
}

export interface UnstartedGrading {
  readonly submissionId: number;
  readonly workflowId: string;
  readonly runId: string;
}

/** Gradings without a container that bridges of the queue have started. */
export async function findUnstarted(
  context: Pick<CommandContext, 'settings' | 'temporal'>,
): Promise<UnstartedGradings> {
  const unstarted: UnstartedGrading[] = [];
  let leftRunning = 0;
  let notOfQueue = 0;
  const query = `WorkflowType = '${gradeSubmissionType}' AND ExecutionStatus = 'Running'`;
  for await (const { workflowId, runId, memo } of context.temporal.client.workflow.list({ query })) {
    const submissionId = Number(/^grade-(\d+)$/.exec(workflowId)?.[1]);
    if (!Number.isSafeInteger(submissionId)) continue;
    if (memo?.[queueMemo] !== context.settings.queue) notOfQueue += 1;
    else if (await isUnstarted(context.temporal, workflowId, runId)) {
      unstarted.push({ submissionId, workflowId, runId });
    } else leftRunning += 1;
  }
  return { unstarted, leftRunning, notOfQueue };
}

/**
 * Publishes the message first, then ends the grading. One that got a container meanwhile is left; one that gets it in
 * between is graded on both sides, which is harmless.
 * @returns the submissions handed back.
 */
export async function handBack(
  context: Pick<CommandContext, 'settings' | 'broker' | 'temporal'>,
  unstarted: readonly UnstartedGrading[],
): Promise<readonly number[]> {
  const connection = await context.broker();
  await ensureQueue(connection, context.settings.queue);
  const publisher = createConfirmedPublisher(await connection.createConfirmChannel());
  const submissionIds: number[] = [];
  for (const { submissionId, workflowId, runId } of unstarted) {
    if (!(await isUnstarted(context.temporal, workflowId, runId))) continue;
    await publisher.publish(
      context.settings.queue,
      Buffer.from(JSON.stringify({ submission_id: submissionId })),
      {},
    );
    await context.temporal.client.workflow
      .getHandle(workflowId, runId)
      .terminate(`handed back to ${context.settings.queue}`);
    submissionIds.push(submissionId);
  }
  return submissionIds;
}

/** temporal.api.enums.v1.PendingActivityState */
const scheduled = 1;
/**
 * Events of a grading that has only started: first task scheduled, started and completed, load scheduled. Nothing
 * runs on a host yet.
 */
const firstEvents = 5;

async function isUnstarted(temporal: TemporalClient, workflowId: string, runId: string): Promise<boolean> {
  const { raw, historyLength, status } = await temporal.client.workflow
    .getHandle(workflowId, runId)
    .describe();
  if (status.name !== 'RUNNING') return false;
  const pending = raw.pendingActivities ?? [];
  if (pending.length === 0) return (historyLength ?? 0) < firstEvents;
  return pending.every(
    ({ activityType, state }) =>
      activityType?.name === 'loadSubmission' ||
      (activityType?.name === 'acquireContainer' && state === scheduled),
  );
}
