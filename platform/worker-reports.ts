import { z } from 'zod';

/** What a worker says of itself on /healthz. */
export interface WorkerReport {
  readonly url: string;
  readonly hostQueue: string;
  readonly status: string;
  /** Why it takes nothing; undefined while it does. */
  readonly unavailableReason: string | undefined;
  readonly pool: {
    readonly size: number;
    readonly free: number;
    readonly leased: number;
    readonly recycling: number;
  };
  readonly running: number;
  readonly waitingToRun: number;
}

export interface UnseenWorker {
  readonly url: string;
  readonly why: string;
}

const timeoutMs = 2_000;

/** Asks each health port; one that does not answer, or answers something else, is named with the reason. */
export function readWorkerReports(
  urls: readonly string[],
): Promise<readonly (WorkerReport | UnseenWorker)[]> {
  return Promise.all(urls.map(readOne));
}

async function readOne(url: string): Promise<WorkerReport | UnseenWorker> {
  try {
    const response = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(timeoutMs) });
    const parsed = reportSchema.safeParse(await response.json());
    if (!parsed.success) return { url, why: 'it gives no figures of a pool; it has not opened one yet' };
    const { unavailableReason, ...report } = parsed.data;
    return { url, ...report, unavailableReason };
  } catch {
    return { url, why: 'no answer; WORKER_HEALTH_URLS or WORKER_HEALTH_PORT says where it listens' };
  }
}

const reportSchema = z.object({
  status: z.string(),
  hostQueue: z.string(),
  unavailableReason: z.string().optional(),
  pool: z.object({ size: z.number(), free: z.number(), leased: z.number(), recycling: z.number() }),
  running: z.number(),
  waitingToRun: z.number(),
});
