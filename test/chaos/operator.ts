import { setTimeout as sleep } from 'node:timers/promises';
import type { GradingStack } from '../../devstack/stack/grading-stack.js';
import { runGrader } from '../integration/grader-command.js';

/**
 * What a person has to do after Temporal lost its data: gradings that ran are gone, and nothing in the platform asks for
 * them again. Nobody acts in a run in which that has not happened.
 */
export interface Operator {
  /** Waits for the parts to have made the namespace again, then sweeps. */
  sweepAfterLoss(): Promise<void>;
  /** One more look, where Temporal has lost something in this run. */
  sweepIfNeeded(): Promise<void>;
}

/** Younger ones are on their way. */
const olderThan = '20s';
/** The parts make the namespace again by themselves; an operator looks after a while. */
const looksAfterMs = 25_000;

export function createOperator(stack: GradingStack, say: (line: string) => void): Operator {
  let hasLost = false;

  const sweep = async (): Promise<void> => {
    const { status, stdout, stderr } = await runGrader(
      ['sweep', '--start', '--yes', '--json', '--older-than', olderThan],
      stack.environment,
    );
    if (status !== 0) {
      say(`operator: grader sweep --start failed with ${status}: ${stderr.trim().split('\n').at(-1) ?? ''}`);
      return;
    }
    const { submissions } = JSON.parse(stdout) as {
      submissions: { submission_id: number; started: boolean }[];
    };
    const started = submissions.filter((each) => each.started).map((each) => each.submission_id);
    say(`operator: grader sweep --start started ${started.length}: ${started.join(', ') || 'none'}`);
  };

  return {
    async sweepAfterLoss() {
      hasLost = true;
      await sleep(looksAfterMs);
      await sweep();
    },
    async sweepIfNeeded() {
      if (hasLost) await sweep();
    },
  };
}
