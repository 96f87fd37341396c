import { WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/client';
import type { CutoverPlan } from '../../domain/cutover/cutover-plan.js';
import type {
  CutoverInput,
  CutoverOrder,
  CutoverStatus,
  CutoverVerb,
} from '../../domain/cutover/cutover-run.js';
import { cutoverStatusQuery, cutoverType, cutoverWorkflowId } from '../../domain/cutover/cutover-run.js';
import { errorText } from '../../domain/errors/error-text.js';
import { gradingQueue } from '../../domain/grading/grading-workflow.js';
import { ActionableError } from '../../platform/process/actionable-error.js';
import { ConditionError } from '../../platform/terminal/condition-error.js';
import { NotThereError, UsageError } from '../../platform/terminal/usage-error.js';
import type { AskOptions, Obedience } from '../bridges/change-and-confirm.js';
import { changeAndConfirm, changeSetting } from '../bridges/change-and-confirm.js';
import { assertLegacyEndIsRead } from '../bridges/legacy-end.js';
import { orWhatElseStopsTheFlow } from '../bridges/stop-without-temporal.js';
import type { CommandContext } from '../context.js';

const readWithinMs = 10_000;

interface Actor {
  readonly by: string;
  readonly why: string;
}

/** @throws ConditionError where nobody reads the legacy end, UsageError where a cutover is under way. */
export async function startCutover(
  context: CommandContext,
  plan: CutoverPlan,
  { by, why, force }: Actor & { readonly force?: boolean | undefined },
): Promise<void> {
  if (force !== true) await assertLegacyEndIsRead(context, plan.steps);
  const current = await context.control.newest();
  const salt = current?.salt ?? context.settings.bridgeSetting.salt;
  const input: CutoverInput = { queue: context.settings.queue, plan, salt, by, why };
  try {
    await context.temporal.client.workflow.start(cutoverType, {
      workflowId: cutoverWorkflowId(context.settings.queue),
      taskQueue: gradingQueue,
      args: [input],
      workflowIdConflictPolicy: 'FAIL',
      staticSummary: `${plan.name} · ${by}`.slice(0, 190),
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    throw new UsageError(
      `A cutover of ${context.settings.queue} is under way. Look at it with: grader cutover status`,
    );
  }
}

/** @throws ConditionError where there is none, ActionableError where no worker answers. */
export async function readCutover(
  context: Pick<CommandContext, 'temporal' | 'settings'>,
): Promise<CutoverStatus> {
  const handle = context.temporal.client.workflow.getHandle(cutoverWorkflowId(context.settings.queue));
  try {
    return await context.temporal.connection.withDeadline(Date.now() + readWithinMs, async () => {
      const { status } = await handle.describe();
      if (status.name === 'COMPLETED') return (await handle.result()) as CutoverStatus;
      return handle.query<CutoverStatus>(cutoverStatusQuery);
    });
  } catch (cause) {
    if (cause instanceof WorkflowNotFoundError) {
      throw new ConditionError(
        `There is no cutover of ${context.settings.queue}. Begin one with: grader cutover start FILE --why TEXT`,
      );
    }
    throw new ActionableError(
      `The cutover cannot be read: ${errorText(cause)}. A worker has to run for that; grader mode show and grader cutover abort need none.`,
      { cause },
    );
  }
}

/** @throws UsageError where no cutover is under way. */
export async function orderCutover(
  context: Pick<CommandContext, 'temporal' | 'settings'>,
  verb: CutoverVerb,
  { by, why, full }: Actor & { readonly full?: boolean },
): Promise<void> {
  const message: CutoverOrder = { by, why, ...(full === true && { full }) };
  try {
    await context.temporal.client.workflow
      .getHandle(cutoverWorkflowId(context.settings.queue))
      .signal(verb, message);
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    throw new NotThereError(`No cutover of ${context.settings.queue} is under way. See: grader mode show`);
  }
}

export interface AbortedCutover {
  readonly changed: Obedience;
  /** Why the workflow that holds the plan could not be told; the share is taken back all the same. */
  readonly untold?: unknown;
}

/** Sets the bridges first, then ends the workflow: taking the share back depends on no worker. */
export async function abortCutover(
  context: CommandContext,
  actor: Actor,
  asked: AskOptions = {},
): Promise<AbortedCutover> {
  const changed = await orWhatElseStopsTheFlow(context, true, async () => {
    const current = await context.control.newest();
    const mode = current?.mode === 'router' ? 'router' : 'off';
    const salt = current?.salt ?? context.settings.bridgeSetting.salt;
    const why = actor.why === 'abort' ? 'abort' : `abort: ${actor.why}`;
    return changeAndConfirm(context, changeSetting({ mode, share: 0, salt, by: actor.by, why }), asked);
  });
  try {
    await orderCutover(context, 'abort', actor);
  } catch (error) {
    // There is none to end.
    if (!(error instanceof UsageError)) return { changed, untold: error };
  }
  return { changed };
}
