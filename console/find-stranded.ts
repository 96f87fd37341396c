import type { CommandContext } from '../cli/context.js';
import { assertAnswers } from '../cli/context.js';
import { missedAfterMs, needsStart } from '../domain/grading/stranded-submission.js';
import type { FoundSubmission } from '../platform/sweep.js';
import { sweep } from '../platform/sweep.js';
import { waitingMessages } from '../platform/waiting-messages.js';

const maxStranded = 300;
const maxLookedAt = 10_000;

/** Submissions that nobody would tell of, as `grader sweep` finds them; the latest of many. @throws what the services throw. */
export async function findStranded(context: CommandContext): Promise<readonly FoundSubmission[]> {
  await assertAnswers(context, 'platform');
  const messagesWaiting = await waitingMessages(context);
  const found: FoundSubmission[] = [];
  for await (const page of sweep(context, {
    olderThanMs: missedAfterMs,
    messagesWaiting,
    atMost: maxLookedAt,
  })) {
    found.push(...page.filter(({ state }) => needsStart(state)));
    if (found.length >= maxStranded) break;
  }
  return found.slice(0, maxStranded);
}
