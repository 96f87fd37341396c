import type { Logger } from '../platform/process/logger.js';
import type { TemporalClient } from '../platform/temporal/connection.js';
import { stuckWorkflows } from '../platform/temporal/stuck-workflows.js';

export interface StuckWatch {
  /** As last seen; more are counted as so many. */
  count(): number;
  close(): void;
}

const everyMs = 30_000;
const maxCounted = 20;

/** Looks now and then for workflows whose own task fails again and again: nothing else in a worker notices them. */
export function watchStuck(temporal: TemporalClient, log: Logger): StuckWatch {
  let count = 0;
  let isLooking = false;
  const look = async (): Promise<void> => {
    if (isLooking) return;
    isLooking = true;
    try {
      const found = await stuckWorkflows(temporal, maxCounted);
      for (const { workflowId, attempt, reason } of found.slice(0, 3)) {
        log.error({ workflowId, attempt, reason }, 'a workflow task fails again and again');
      }
      count = found.length;
    } catch (err) {
      log.debug({ err }, 'stuck workflows could not be looked for');
    } finally {
      isLooking = false;
    }
  };
  const timer = setInterval(() => void look(), everyMs);
  timer.unref();
  return { count: () => count, close: () => clearInterval(timer) };
}
