import { gradeSubmissionType } from '../../domain/grading/grading-workflow.js';
import type { TemporalClient } from './connection.js';

/**
 * Memo of a grading that a bridge started: the queue its message came from. A grading that a person started, such as a
 * replay, has none.
 */
export const queueMemo = 'Queue';

const timeoutMs = 15_000;
const gradingsLookedAt = 200;

/** The queues that the latest gradings came from. One call. @throws the client's error. */
export async function queuesOfGradings({ client, connection }: TemporalClient): Promise<ReadonlySet<string>> {
  const queues = new Set<string>();
  let lookedAt = 0;
  await connection.withDeadline(Date.now() + timeoutMs, async () => {
    const query = `WorkflowType = '${gradeSubmissionType}'`;
    for await (const { memo } of client.workflow.list({ query, pageSize: gradingsLookedAt })) {
      const queue = memo?.[queueMemo];
      if (typeof queue === 'string') queues.add(queue);
      lookedAt += 1;
      if (lookedAt >= gradingsLookedAt) break;
    }
  });
  return queues;
}
