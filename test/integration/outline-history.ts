import type { WorkflowHandle } from '@temporalio/client';

type History = Awaited<ReturnType<WorkflowHandle['fetchHistory']>>;
type HistoryEvent = NonNullable<History['events']>[number];

const suffix = 'EventAttributes';

/** One line an event: seconds since the start, what happened, and what tells why it took so long. */
export function outlineHistory({ events }: History): string[] {
  const all = events ?? [];
  const start = all[0] === undefined ? 0 : milliseconds(all[0]);
  return all.map((event) => `${((milliseconds(event) - start) / 1000).toFixed(1)} s ${describe(event)}`);
}

function milliseconds({ eventTime }: HistoryEvent): number {
  return Number(eventTime?.seconds ?? 0) * 1000 + (eventTime?.nanos ?? 0) / 1e6;
}

interface Details {
  readonly activityId?: string | null;
  readonly taskQueue?: { readonly name?: string | null } | null;
  readonly attempt?: number | null;
  readonly identity?: string | null;
  readonly failure?: Failure | null;
  readonly lastFailure?: Failure | null;
}

interface Failure {
  readonly message?: string | null;
}

function describe(event: HistoryEvent): string {
  const found = Object.entries(event).find(([name, value]) => name.endsWith(suffix) && value);
  if (found === undefined) return 'unknown event';
  const [name, value] = found;
  const { activityId, taskQueue, attempt, identity, failure, lastFailure } = value as Details;
  const details = {
    activity: activityId,
    queue: taskQueue?.name,
    attempt: attempt === 1 ? undefined : attempt,
    by: identity,
    failure: (failure ?? lastFailure)?.message?.slice(0, 150),
  };
  const told = Object.entries(details).flatMap(([key, detail]) => (detail ? [`${key}=${detail}`] : []));
  return [name.slice(0, -suffix.length), ...told].join(' ');
}
