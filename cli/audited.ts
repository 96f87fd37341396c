import { errorLine } from '../domain/errors/error-text.js';
import type { OperatorAction } from '../platform/temporal/operator-actions.js';
import { recordAction } from '../platform/temporal/operator-actions.js';
import { caller } from './by-option.js';
import type { CommandContext } from './context.js';

export interface Audited<Result> {
  readonly result: Result;
  /** Why the audit log does not hold it: the action itself was done, as it may be what is needed to get out of trouble. */
  readonly unrecorded?: string;
}

/** Does what an operator wants, and keeps who wanted it, why, and what came of it. @throws what `work` throws. */
export async function audited<Result>(
  { temporal, log }: Pick<CommandContext, 'temporal' | 'log'>,
  action: OperatorAction,
  work: () => Promise<Result>,
  tell: (result: Result) => string,
): Promise<Audited<Result>> {
  let unrecorded: string | undefined;
  const missed = (error: unknown): undefined => {
    unrecorded = errorLine(error);
    log.warn({ action, reason: unrecorded }, 'the audit log does not hold this action');
    return undefined;
  };
  const end = await recordAction(temporal, action).catch(missed);
  try {
    const result = await work();
    await end?.(tell(result)).catch(missed);
    return { result, ...(unrecorded === undefined ? {} : { unrecorded }) };
  } catch (error) {
    await end?.(`failed: ${errorLine(error)}`).catch(missed);
    throw error;
  }
}

interface CommandAction {
  /** As the command is called. */
  readonly what: string;
  readonly target: string;
  /** Of `--why`, or what a command calls so. */
  readonly why: string | undefined;
  /** Of `--by`; who calls, otherwise. */
  readonly by?: string;
}

/** An action of a command: who called it, why, and what came of it stand in the audit log. */
export async function auditedCommand<Result>(
  context: Pick<CommandContext, 'temporal' | 'log'>,
  { what, target, why = '', by = caller() }: CommandAction,
  work: () => Promise<Result>,
  tell: (result: Result) => string,
): Promise<Result> {
  const { result } = await audited(context, { by, via: 'cli', what, target, why }, work, tell);
  return result;
}
