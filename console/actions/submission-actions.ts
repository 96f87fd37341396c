import { z } from 'zod';
import { cancelOne } from '../../cli/cancel-one.js';
import type { CommandContext } from '../../cli/context.js';
import { assertAnswers } from '../../cli/context.js';
import { planReplay } from '../../cli/replay/plan-replay.js';
import { runReplay } from '../../cli/replay/run-replay.js';
import { compareWithLegacy } from '../../cli/shadow/begin-shadow.js';
import { oneId, why } from '../fields.js';
import type { ActionRoute, Outcome } from '../routes.js';
import { action } from '../routes.js';
import { acting } from './acting.js';

const cancelWithinMs = 30_000;
const fields = z.object({ id: oneId, why });

/** What is done to one submission. */
export function submissionActions(context: CommandContext): readonly ActionRoute[] {
  return [
    action('/actions/grade-again', fields, async ({ id, why: reason }, { name }) => {
      await assertAnswers(context, 'platform');
      const wanted = { by: name, what: 'grade again', target: `submission ${id}`, why: reason };
      return acting(context, wanted, () => gradeAgain(context, id));
    }),
    action('/actions/cancel', fields, async ({ id, why: reason }, { name }) => {
      await assertAnswers(context, 'platform');
      const wanted = { by: name, what: 'cancel', target: `submission ${id}`, why: reason };
      return acting(context, wanted, async () => {
        const { text, isDone } = await cancelOne(context, id, cancelWithinMs);
        return { text: `Submission ${id}: ${text}`, isDone, to: `/submissions/${id}` };
      });
    }),
    action('/actions/compare', fields, async ({ id, why: reason }, { name }) => {
      await assertAnswers(context, 'platform');
      const wanted = { by: name, what: 'shadow', target: `submission ${id}`, why: reason };
      return acting(context, wanted, async () => {
        const { workflowId } = await compareWithLegacy(context, id);
        return {
          text: `Submission ${id} is graded again to compare (${workflowId}); nothing is recorded. Load this page again to see the outcome.`,
          to: `/submissions/${id}`,
        };
      });
    }),
  ];
}

/** A failed one goes on where it failed, as by `grader replay`; one with a verdict is graded as if it were published again. */
async function gradeAgain(context: CommandContext, id: number): Promise<Outcome> {
  const to = `/submissions/${id}`;
  const [planned] = await planReplay(context, { ids: [id], atMost: 1 });
  if (planned?.submission === undefined)
    return { text: `The platform has no submission ${id}.`, isDone: false, to };
  if (planned.decision.kind === 'replay') {
    await runReplay(context, [planned], { perSecond: 1, waitMs: 0 }, () => undefined);
    return { text: `Submission ${id} is graded again, from ${planned.decision.from}.`, to };
  }
  const started = await context.starter.startGrading({
    submissionId: id,
    origin: 'cli',
    header: planned.submission,
  });
  return {
    text:
      started === 'started'
        ? `Submission ${id} is graded again, from the start.`
        : `A grading of submission ${id} runs; it looks at the submission once more before it tells its verdict.`,
    to,
  };
}
