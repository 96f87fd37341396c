import { hostQueue } from '../../domain/grading/grading-workflow.js';
import type { TemporalClient } from './connection.js';
import { isRefusal } from './grpc-status.js';

/** What a worker process tells the server of itself, every few seconds. */
export interface ListedWorker {
  readonly hostQueue: string;
  readonly machine: string;
  readonly startedAt: Date;
  readonly seenAt: Date;
  /** Steps under way on the host: compiling, running a test. */
  readonly running: number;
  /** Of the machine, 0 to 1. */
  readonly processor: number;
  readonly memory: number;
  /** It said that it stops. */
  readonly hasStopped: boolean;
}

const timeoutMs = 5_000;
const pageSize = 500;
/** Processes, those of the last day that have ended among them; far more than one server feeds. */
const maxRead = 5_000;
const hostQueues = hostQueue('');
/** temporal.api.enums.v1.WorkerStatus */
const runningStatus = 1;

/**
 * The latest entry of each host queue, also of workers that have ended; none where the server keeps no such list (before
 * 1.30). @throws the client's error.
 */
export async function listWorkers({
  connection,
  namespace,
}: TemporalClient): Promise<readonly ListedWorker[]> {
  try {
    return await connection.withDeadline(Date.now() + timeoutMs, async () => {
      const found: ListedWorker[] = [];
      let nextPageToken: Uint8Array | undefined;
      for (let read = 0; read < maxRead; read += pageSize) {
        const page = await connection.workflowService.listWorkers({
          namespace,
          pageSize,
          // A process has three workers; the one of the host's own queue names it.
          query: `TaskQueue STARTS_WITH '${hostQueues}'`,
          ...(nextPageToken && { nextPageToken }),
        });
        for (const { workerHeartbeat } of page.workersInfo ?? []) found.push(...hostWorker(workerHeartbeat));
        nextPageToken = page.nextPageToken ?? undefined;
        if (!nextPageToken?.length) break;
      }
      const byTime = found.toSorted((a, b) => a.seenAt.getTime() - b.seenAt.getTime());
      return [...new Map(byTime.map((worker) => [worker.hostQueue, worker])).values()];
    });
  } catch (error) {
    if (isRefusal(error)) return [];
    throw error;
  }
}

type Heartbeat = NonNullable<
  Awaited<
    ReturnType<TemporalClient['connection']['workflowService']['listWorkers']>
  >['workersInfo'][number]['workerHeartbeat']
>;

function hostWorker(heartbeat: Heartbeat | null | undefined): readonly ListedWorker[] {
  const { taskQueue, status, hostInfo, activityTaskSlotsInfo, ...times } = heartbeat ?? {};
  const seenAt = new Date(Number(times.heartbeatTime?.seconds ?? 0) * 1000);
  if (!taskQueue?.startsWith(hostQueues)) return [];
  return [
    {
      hostQueue: taskQueue,
      machine: hostInfo?.hostName ?? '',
      startedAt: new Date(Number(times.startTime?.seconds ?? 0) * 1000),
      seenAt,
      running: activityTaskSlotsInfo?.currentUsedSlots ?? 0,
      processor: hostInfo?.currentHostCpuUsage ?? 0,
      memory: hostInfo?.currentHostMemUsage ?? 0,
      hasStopped: status !== runningStatus,
    },
  ];
}
