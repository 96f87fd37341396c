import { defaultPayloadConverter } from '@temporalio/common';
import type { ContainerPause } from '../../domain/grading/container-pause.js';
import { readPause } from '../../domain/grading/container-pause.js';
import type { TemporalClient } from './connection.js';

/** temporal.api.enums.v1.EventType */
const timerStarted = 17;
/** The release of the lost container may have come after the timer. */
const eventsRead = 12;

/**
 * Whether the grading waits between two containers. Temporal describes pending activities, and no timers: the latest events tell.
 * @throws the client's error.
 */
export async function containerPauseOf(
  { connection, namespace }: TemporalClient,
  workflowId: string,
  runId: string,
): Promise<(ContainerPause & { readonly since: Date }) | undefined> {
  const { history } = await connection.workflowService.getWorkflowExecutionHistoryReverse({
    namespace,
    execution: { workflowId, runId },
    maximumPageSize: eventsRead,
  });
  const ended = new Set<string>();
  for (const event of history?.events ?? []) {
    const end = event.timerFiredEventAttributes ?? event.timerCanceledEventAttributes;
    if (end?.startedEventId) ended.add(String(end.startedEventId));
    const isOpen = event.eventType === timerStarted && !ended.has(String(event.eventId));
    const summary = isOpen ? event.userMetadata?.summary : undefined;
    const pause = summary && readPause(String(defaultPayloadConverter.fromPayload(summary)));
    if (pause) return { ...pause, since: new Date(Number(event.eventTime?.seconds ?? 0) * 1000) };
  }
  return undefined;
}
