import type { SweepState } from '../domain/grading/stranded-submission.js';
import { needsStart } from '../domain/grading/stranded-submission.js';
import type { SweepInput, SweepReport } from '../domain/grading/sweep-report.js';
import { startSwept } from './start-swept.js';
import type { SweepSources } from './sweep.js';
import { sweep } from './sweep.js';
import type { GradingStarter } from './temporal/grading-starter.js';
import type { WaitingSources } from './waiting-messages.js';
import { waitingMessages } from './waiting-messages.js';

export interface SweepOnceSources extends SweepSources, WaitingSources {
  readonly starter: Pick<GradingStarter, 'startGrading'>;
  /** How many more gradings may wait: what is above stays for the next sweep. */
  readonly room: () => Promise<number>;
}

const examplesKept = 10;

/** What the schedule does at each turn. @throws the sources' errors. */
export async function sweepOnce(sources: SweepOnceSources, input: SweepInput): Promise<SweepReport> {
  const at = new Date().toISOString();
  const messagesWaiting = await waitingMessages(sources);
  const counts: Partial<Record<SweepState, number>> = {};
  const examples: number[] = [];
  let room = input.isStarting ? await sources.room() : 0;
  let started = 0;
  for await (const page of sweep(sources, { olderThanMs: input.olderThanMs, messagesWaiting })) {
    for (const { state } of page) counts[state] = (counts[state] ?? 0) + 1;
    const needing = page.filter(({ state }) => needsStart(state)).map(({ submission }) => submission);
    const now = needing.slice(0, room);
    started += await startSwept(sources.starter, now);
    room -= now.length;
    const left = needing.slice(now.length).map(({ submissionId }) => submissionId);
    examples.push(...left.slice(0, examplesKept - examples.length));
  }
  return { at, messagesWaiting: messagesWaiting ?? null, counts, started, examples };
}
