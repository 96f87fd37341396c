import { setTimeout as sleep } from 'node:timers/promises';
import type { GradingStack } from '../../devstack/stack/grading-stack.js';
import { runGrader } from '../integration/grader-command.js';
import { publishUntilAccepted } from './submit.js';

/**
 * What people have to do after Temporal lost its data: gradings that ran are gone, and nothing in the platform asks for
 * them again. An operator sweeps; and who had published submissions again publishes them once more, as such a one may
 * show its older verdict instead of Pending. Nobody acts in a run in which that has not happened.
 */
export interface Operator {
  /** Waits for the parts to have made the namespace again, then sweeps and publishes. */
  sweepAfterLoss(): Promise<void>;
  /** One more look, where Temporal has lost something in this run. @returns whether it has. */
  sweepIfNeeded(): Promise<boolean>;
}

/** Younger ones are on their way. */
const olderThan = '20s';
/** The parts make the namespace again by themselves; an operator looks after a while. */
const looksAfterMs = 25_000;

/** @param publishedAgain submissions whose test was changed. */
export function createOperator(
  stack: GradingStack,
  say: (line: string) => void,
  publishedAgain: ReadonlySet<number>,
): Operator {
  let hasLost = false;

  const sweep = async (): Promise<void> => {
    const { status, stdout, stderr } = await runGrader(
      ['sweep', '--start', '--yes', '--older-than', olderThan],
      stack.environment,
    );
    const lines = (status === 0 ? stdout : stderr).trim().split('\n');
    say(`operator: grader sweep --start ${status === 0 ? '' : `failed with ${status} `}· ${lines.at(-1)}`);
  };

  return {
    async sweepAfterLoss() {
      hasLost = true;
      await sleep(looksAfterMs);
      await sweep();
      const ids = [...publishedAgain];
      for (const id of ids) await publishUntilAccepted(stack.backendUrl, id);
      say(`operator: published once more what had been published again: ${ids.join(', ') || 'nothing'}`);
    },
    async sweepIfNeeded() {
      if (hasLost) await sweep();
      return hasLost;
    },
  };
}
