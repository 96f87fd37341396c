import type { TemporalClient } from './connection.js';

/** A process that polled a task queue within the last minutes. */
export interface Poller {
  /** Its own name; our workers' names start with their host queue. */
  readonly identity: string;
  readonly lastSeen: Date | undefined;
}

export type TaskKind = 'workflow' | 'activity';

/** temporal.api.enums.v1.TaskQueueType */
const taskQueueType = { workflow: 1, activity: 2 } as const;
const readTimeoutMs = 5_000;
/** A poll without work ends after a minute and is repeated. */
const pollWithinMs = 90_000;

/** Current pollers, by our clock. @throws the client's error. */
export async function activePollers(
  temporal: TemporalClient,
  queue: string,
  kind: TaskKind,
): Promise<readonly Poller[]> {
  return (await listedPollers(temporal, queue, kind)).filter(
    ({ lastSeen }) => lastSeen !== undefined && Date.now() - lastSeen.getTime() < pollWithinMs,
  );
}

/** All that the server lists, who polled within about five minutes. @throws the client's error. */
export async function listedPollers(
  temporal: TemporalClient,
  queue: string,
  kind: TaskKind,
): Promise<readonly Poller[]> {
  const { pollers } = await temporal.connection.withDeadline(Date.now() + readTimeoutMs, () =>
    temporal.connection.workflowService.describeTaskQueue({
      namespace: temporal.namespace,
      taskQueue: { name: queue },
      taskQueueType: taskQueueType[kind],
    }),
  );
  return (pollers ?? []).map(({ identity, lastAccessTime }) => ({
    identity: identity ?? '',
    lastSeen: lastAccessTime?.seconds ? new Date(Number(lastAccessTime.seconds) * 1000) : undefined,
  }));
}
