import type { SweepReport } from '../domain/grading/sweep-report.js';
import type { Logger } from '../platform/process/logger.js';
import type { TemporalClient } from '../platform/temporal/connection.js';
import { latestSweep } from '../platform/temporal/sweep-schedule.js';

export interface SweepWatch {
  /** As last seen. */
  report(): SweepReport | undefined;
  close(): void;
}

const everyMs = 30_000;

/** Reads now and then what the sweeper found last, whichever worker it ran on: for the metrics. */
export function watchSweep(temporal: TemporalClient, log: Logger): SweepWatch {
  let report: SweepReport | undefined;
  let isLooking = false;
  const look = async (): Promise<void> => {
    if (isLooking) return;
    isLooking = true;
    try {
      report = await latestSweep(temporal);
    } catch (err) {
      log.debug({ err }, 'the last sweep could not be read');
    } finally {
      isLooking = false;
    }
  };
  const timer = setInterval(() => void look(), everyMs);
  timer.unref();
  return { report: () => report, close: () => clearInterval(timer) };
}
