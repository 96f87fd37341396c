import { setTimeout as sleep } from 'node:timers/promises';
import pMap from 'p-map';
import type { GradeSubmissionResult } from '../../domain/grading/grading-workflow.js';
import { gradeWorkflowId } from '../../domain/grading/grading-workflow.js';
import { idRanges } from '../../domain/grading/id-ranges.js';
import { latestGrading } from '../../platform/temporal/latest-grading.js';
import { onInterrupt } from '../../platform/terminal/interrupt.js';
import { tell } from '../../platform/terminal/print.js';
import type { CommandContext } from '../context.js';
import type { PlannedReplay } from './plan-replay.js';

/** The outcome of one replay. */
export interface ReplayOutcome {
  readonly planned: PlannedReplay;
  /** `faster`: somebody else started it after our look. `not-waited-for`: it is still running. */
  readonly kind: 'graded' | 'failed' | 'cancelled' | 'faster' | 'not-waited-for';
  /** The verdict, or why there is none. */
  readonly after: string;
  readonly score: number | null;
}

export interface ReplayPace {
  /** Starts per second. */
  readonly perSecond: number;
  /** Counts from the last start; 0 does not wait. */
  readonly waitMs: number;
}

interface ReplayProgress {
  readonly total: number;
  readonly started: number;
  readonly ended: number;
}

const lookEveryMs = 500;

/**
 * Starts the replays at the given pace and the lowest priority, and waits for their ends.
 * @param say is called at every change.
 */
export async function runReplay(
  context: CommandContext,
  replays: readonly PlannedReplay[],
  pace: ReplayPace,
  say: (progress: ReplayProgress) => void,
): Promise<readonly ReplayOutcome[]> {
  const outcomes = new Map<PlannedReplay, ReplayOutcome>();
  const open = new Set<PlannedReplay>();
  let started = 0;
  const tellProgress = () => say({ total: replays.length, started, ended: outcomes.size });
  const look = async (): Promise<void> => {
    const before = outcomes.size;
    await pMap(
      [...open],
      async (planned) => {
        const outcome = await outcomeOf(context, planned);
        if (outcome === undefined) return;
        open.delete(planned);
        outcomes.set(planned, outcome);
      },
      { concurrency: 8 },
    );
    if (outcomes.size > before) tellProgress();
  };
  const withdraw = onInterrupt(() => {
    const ids = [...open].map(({ submissionId }) => submissionId);
    if (ids.length > 0) tell(`${ids.length} grading(s) go on. End them with: grader cancel ${idRanges(ids)}`);
  });
  const beganAt = performance.now();
  let lookedAt = beganAt;
  for (const [index, planned] of replays.entries()) {
    await sleep(Math.max(0, beganAt + (1000 * index) / pace.perSecond - performance.now()));
    if ((await start(context, planned)) === 'started') open.add(planned);
    else outcomes.set(planned, { planned, kind: 'faster', after: 'started by somebody else', score: null });
    started += 1;
    tellProgress();
    if (performance.now() - lookedAt > 2000) {
      await look();
      lookedAt = performance.now();
    }
  }
  const deadline = performance.now() + pace.waitMs;
  while (open.size > 0 && performance.now() < deadline) {
    await sleep(lookEveryMs);
    await look();
  }
  withdraw();
  return replays.map(
    (planned) => outcomes.get(planned) ?? { planned, kind: 'not-waited-for', after: 'goes on', score: null },
  );
}

function start({ starter }: CommandContext, planned: PlannedReplay): Promise<'started' | 'joined'> {
  const { submissionId, submission, earlier } = planned;
  return starter.startGrading({ submissionId, origin: 'replay', header: submission, earlier });
}

/** @returns undefined while it runs. */
async function outcomeOf(
  { temporal }: CommandContext,
  planned: PlannedReplay,
): Promise<ReplayOutcome | undefined> {
  const { submissionId } = planned;
  const grading = (await latestGrading(temporal, submissionId))?.grading;
  if (grading === undefined || grading.state === 'running') return undefined;
  if (grading.state === 'completed') {
    const { verdict, score } = await result(temporal.client, submissionId, grading.runId);
    return { planned, kind: 'graded', after: verdict, score };
  }
  if (grading.state === 'cancelled') return { planned, kind: 'cancelled', after: 'cancelled', score: null };
  const step = grading.failedStep === undefined ? '' : ` at step ${grading.failedStep}`;
  return { planned, kind: 'failed', after: `failed again${step}: ${grading.reason ?? ''}`, score: null };
}

async function result(
  client: CommandContext['temporal']['client'],
  submissionId: number,
  runId: string,
): Promise<GradeSubmissionResult> {
  const handle = client.workflow.getHandle(gradeWorkflowId(submissionId), runId);
  return (await handle.result()) as GradeSubmissionResult;
}
