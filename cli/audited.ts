import { errorLine } from '../domain/errors/error-text.js';
import type { OperatorAction } from '../platform/temporal/operator-actions.js';
import { actionRecord } from '../platform/temporal/operator-actions.js';
import type { CommandContext } from './context.js';

export interface Audited<Result> {
  readonly result: Result;
  /** Why the audit log does not hold it: the action itself was done, as it may be what is needed to get out of trouble. */
  readonly unrecorded?: string;
}

/** What is to be done may be urgent: before it, a server in trouble gets this much time, and more after it. */
const beginWithinMs = 5_000;
const endWithinMs = 15_000;

/** Does what an operator wants, and keeps who wanted it, why, and what came of it. @throws what `work` throws. */
export async function audited<Result>(
  { temporal, log }: Pick<CommandContext, 'temporal' | 'log'>,
  action: OperatorAction,
  work: () => Promise<Result>,
  tell: (result: Result) => string,
): Promise<Audited<Result>> {
  const record = actionRecord(temporal, action);
  const isBegun = await record.begin(beginWithinMs).then(
    () => true,
    () => false,
  );
  const end = async (outcome: string): Promise<string | undefined> => {
    try {
      if (!isBegun) await record.begin(endWithinMs);
      await record.end(outcome, endWithinMs);
      return undefined;
    } catch (error) {
      const reason = errorLine(error);
      log.warn({ action, reason }, 'the audit log does not hold this action');
      return reason;
    }
  };
  let result: Result;
  try {
    result = await work();
  } catch (error) {
    await end(`failed: ${errorLine(error)}`);
    throw error;
  }
  const unrecorded = await end(tell(result));
  return { result, ...(unrecorded === undefined ? {} : { unrecorded }) };
}

interface CommandAction {
  /** As the command is called. */
  readonly what: string;
  readonly target: string;
  /** Of `--why`, or what a command calls so. */
  readonly why: string | undefined;
  /** Of `--by`; who calls, otherwise. */
  readonly by?: string | undefined;
}

/** An action of a command: who called it, why, and what came of it stand in the audit log. */
export async function auditedCommand<Result>(
  context: Pick<CommandContext, 'temporal' | 'log' | 'settings'>,
  { what, target, why = '', by = context.settings.operator }: CommandAction,
  work: () => Promise<Result>,
  tell: (result: Result) => string,
): Promise<Result> {
  const { result } = await audited(context, { by, via: 'cli', what, target, why }, work, tell);
  return result;
}
