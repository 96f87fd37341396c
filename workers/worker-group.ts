import { setTimeout as sleep } from 'node:timers/promises';
import type { Worker } from '@temporalio/worker';
import { withDeadline } from '../platform/deadline.js';

/** What is used of a worker of the SDK. */
export type InnerWorker = Pick<Worker, 'run' | 'getState' | 'getStatus' | 'shutdown'>;

export interface WorkerGroup {
  /**
   * Resolves once all have ended after `stop`. Rejects when one of them fails, or ends unasked; the others are stopped
   * first. Takes at most `endWithinMs` for that, whatever still hangs.
   */
  run(): Promise<void>;
  /** Those named, or all: they take nothing more and end what they do. */
  stop(...taskQueues: string[]): void;
  /** Whether each of them polls. */
  isReady(): boolean;
  /** Whether one of them does something. */
  isBusy(): boolean;
  /** The queues that are not served any more although nobody asked for it. */
  failed(): readonly string[];
  /** False while one of them may still use the connection; also when none has run. */
  isEnded(): boolean;
}

/** A worker is broken and stays so; a fresh process is to take its place. */
export class WorkerFailedError extends Error {
  override readonly name = 'WorkerFailedError';

  constructor(taskQueues: readonly string[], cause: unknown) {
    super(
      `The Temporal worker of ${taskQueues.join(', ')} has failed and polls no more; the log line "Worker failed" above says why. This process ends, so that its supervisor starts it again.`,
      { cause },
    );
  }
}

const lookEveryMs = 250;
/** A worker that failed usually says why within this time; some hang instead. */
const reasonWithinMs = 1_000;

/**
 * Runs workers that belong together. Their states are watched besides their promises: after some failures, such as a
 * namespace that is gone, `run()` of the SDK waits for polls that never return, and settles never.
 */
export function groupWorkers(workers: ReadonlyMap<string, InnerWorker>, endWithinMs: number): WorkerGroup {
  const stopped = new Set<string>();
  let isEnded = false;

  const stop = (...taskQueues: string[]): void => {
    for (const [taskQueue, worker] of workers) {
      if (taskQueues.length > 0 && !taskQueues.includes(taskQueue)) continue;
      stopped.add(taskQueue);
      if (worker.getState() === 'RUNNING') worker.shutdown();
    }
  };
  const failed = (): readonly string[] =>
    [...workers]
      .filter(([taskQueue, worker]) => isBroken(worker.getState(), stopped.has(taskQueue)))
      .map(([taskQueue]) => taskQueue);

  /** Rejects once one is broken; resolves `endWithinMs` after all were stopped. */
  const watch = async (done: AbortSignal): Promise<void> => {
    let stoppedForMs = 0;
    while (stoppedForMs < endWithinMs) {
      await sleep(lookEveryMs, undefined, { signal: done });
      if (stopped.size === workers.size) stoppedForMs += lookEveryMs;
      const broken = failed();
      if (broken.length === 0) continue;
      await sleep(reasonWithinMs, undefined, { signal: done });
      throw new WorkerFailedError(broken, undefined);
    }
  };

  return {
    async run() {
      const runs = [...workers].map(([taskQueue, worker]) =>
        worker.run().catch((cause: unknown) => {
          throw new WorkerFailedError([taskQueue], cause);
        }),
      );
      const settled = Promise.allSettled(runs).then(() => {
        isEnded = true;
      });
      const done = new AbortController();
      try {
        await Promise.race([Promise.all(runs), watch(done.signal)]);
      } catch (error) {
        stop();
        await withDeadline('end of the workers', endWithinMs, settled).catch(() => undefined);
        throw error;
      } finally {
        done.abort();
      }
    },
    stop,
    isReady: () => [...workers.values()].every((worker) => worker.getState() === 'RUNNING'),
    isBusy: () =>
      [...workers.values()].some((worker) => {
        const { numInFlightActivities, numInFlightWorkflowActivations } = worker.getStatus();
        return numInFlightActivities + numInFlightWorkflowActivations > 0;
      }),
    failed,
    isEnded: () => isEnded,
  };
}

function isBroken(state: ReturnType<InnerWorker['getState']>, wasStopped: boolean): boolean {
  if (state === 'FAILED') return true;
  return !wasStopped && state !== 'INITIALIZED' && state !== 'RUNNING';
}
