import { gradingQueue, sandboxQueue } from '../../domain/grading/grading-workflow.js';
import type { TemporalClient } from './connection.js';

export interface TaskBacklog {
  /** Gradings waiting for a worker or a free container. */
  readonly count: number;
  /** How long the oldest has waited, ms. */
  readonly oldestMs: number;
}

const readTimeoutMs = 3_000;
/** temporal.api.enums.v1.TaskQueueType */
const workflowTasks = 1;
const activityTasks = 2;

/**
 * Work waiting in Temporal: tasks of new gradings, and requests for a container. The server's counts are approximate.
 * @throws the client's error; a server older than 1.24 counts nothing.
 */
export async function readTaskBacklog(temporal: TemporalClient): Promise<TaskBacklog> {
  const queues = [
    { name: gradingQueue, type: workflowTasks },
    { name: sandboxQueue, type: activityTasks },
  ];
  const stats = await Promise.all(
    queues.map(({ name, type }) =>
      temporal.connection.withDeadline(Date.now() + readTimeoutMs, () =>
        temporal.connection.workflowService.describeTaskQueue({
          namespace: temporal.namespace,
          taskQueue: { name },
          taskQueueType: type,
          reportStats: true,
        }),
      ),
    ),
  );
  const counts = stats.map((answer) => Number(answer.stats?.approximateBacklogCount ?? 0));
  const ages = stats.map((answer) => Number(answer.stats?.approximateBacklogAge?.seconds ?? 0) * 1_000);
  return { count: counts.reduce((sum, count) => sum + count, 0), oldestMs: Math.max(...ages) };
}
