import { setTimeout as sleep } from 'node:timers/promises';
import { cancelGrading } from '../platform/temporal/cancel-grading.js';
import type { KnownGrading } from '../platform/temporal/latest-grading.js';
import { latestGrading } from '../platform/temporal/latest-grading.js';
import type { CommandContext } from './context.js';

/** Stops the running grading of a submission, and waits for its end. */
export async function cancelOne(
  { temporal }: Pick<CommandContext, 'temporal'>,
  submissionId: number,
  timeoutMs: number,
): Promise<{ text: string; isDone: boolean }> {
  if ((await cancelGrading(temporal, submissionId)) === 'not-running') {
    return { text: notRunning(await latestGrading(temporal, submissionId)), isDone: false };
  }
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const state = (await latestGrading(temporal, submissionId))?.grading.state;
    if (state === 'cancelled') {
      return {
        text: `cancelled; nothing was recorded. Grade it again with: grader replay ${submissionId} --yes`,
        isDone: true,
      };
    }
    if (state !== 'running') return { text: `ended before the cancellation: ${state}`, isDone: false };
    if (Date.now() > deadline) {
      return {
        text: 'cancellation was asked for but has not happened yet. Does a worker run? Look at the grading in the web UI.',
        isDone: false,
      };
    }
    await sleep(200);
  }
}

function notRunning(known: KnownGrading | undefined): string {
  return known === undefined
    ? 'Temporal knows no grading of it'
    : `its grading does not run: ${known.grading.state}`;
}
