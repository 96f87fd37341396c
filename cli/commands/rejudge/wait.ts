import { setTimeout as sleep } from 'node:timers/promises';
import type { RejudgePhase, RejudgeSummary } from '../../../domain/rejudge/rejudge-set.js';
import type { Rejudgings } from '../../../platform/temporal/rejudgings.js';

const lookEveryMs = 500;
const tellEveryMs = 5_000;

/** Returns once the set has stopped grading, for whatever reason. */
export function untilGraded(
  sets: Rejudgings,
  set: string,
  tell: (line: string) => void,
): Promise<RejudgeSummary> {
  return whileIn('grading', sets, set, ({ graded, submissions }) =>
    tell(`${graded} of ${submissions} graded`),
  );
}

export function untilApplied(
  sets: Rejudgings,
  set: string,
  tell: (line: string) => void,
): Promise<RejudgeSummary> {
  return whileIn('applying', sets, set, ({ outcomes }) => {
    const done = Object.values(outcomes).reduce((total, count) => total + count, 0);
    tell(`${done} done`);
  });
}

/** Reports at once, then every few seconds. */
async function whileIn(
  phase: RejudgePhase,
  sets: Rejudgings,
  set: string,
  tell: (summary: RejudgeSummary) => void,
): Promise<RejudgeSummary> {
  let toldAt = 0;
  for (;;) {
    const summary = await sets.summary(set);
    if (summary.phase !== phase) return summary;
    if (Date.now() - toldAt >= tellEveryMs) {
      tell(summary);
      toldAt = Date.now();
    }
    await sleep(lookEveryMs);
  }
}
