import { describeSetting } from './bridge-control.js';
import type { CutoverStatus } from './cutover-run.js';

/** The status as text, for the terminal and, as Markdown, for the web UI. */
export function renderCutover(status: CutoverStatus): string {
  const { plan, step, phase, gates, observed, waitsFor } = status;
  const current = hasEnded(status) ? undefined : plan.steps[step];
  const shares = current
    ? [`desired: ${describeSetting(current)}, observed: ${renderObserved(status)}`]
    : observed.total > 0
      ? [`observed: ${renderObserved(status)}`]
      : [];
  return [
    `plan ${plan.name}: ${phase}, step ${Math.min(step + 1, plan.steps.length)} of ${plan.steps.length}`,
    ...shares,
    ...plan.steps.map((each, index) => {
      const mark = index < step ? '✓' : current !== undefined && index === step ? '▶' : ' ';
      return `- ${mark} ${describeSetting(each)}, hold ${holdText(each.holdMs)}, ${each.gates.length} gate(s)${each.manual ? ', by hand' : ''}`;
    }),
    ...gates.map(({ outcome, text }) => `- gate ${outcome}: ${text}`),
    `waits for: ${waitsFor}`,
  ].join('\n');
}

/** No step of it is wanted any more, whichever it had come to. */
export function hasEnded({ phase }: Pick<CutoverStatus, 'phase'>): boolean {
  return phase === 'completed' || phase === 'aborted' || phase === 'rolled-back';
}

/** How far the hold of the current step has come, 0 to 1, and what is left of it; undefined where none runs. */
export function holdProgress(
  status: Pick<CutoverStatus, 'plan' | 'step' | 'phase' | 'stepSince'>,
  now: Date,
): { readonly part: number; readonly left: string } | undefined {
  const current = status.plan.steps[status.step];
  if (hasEnded(status) || status.phase === 'paused' || current === undefined) return undefined;
  const passedMs = now.getTime() - new Date(status.stepSince).getTime();
  const leftMs = current.holdMs - passedMs;
  if (leftMs <= 0) return { part: 1, left: 'held long enough' };
  return { part: Math.max(0, passedMs / current.holdMs), left: `${holdText(leftMs)} left` };
}

/** The verbs that make sense now. */
export function nextCutoverCommand({ phase }: Pick<CutoverStatus, 'phase'>): string {
  switch (phase) {
    case 'paused':
      return 'grader cutover resume|promote|abort --why TEXT';
    case 'completed':
      return 'grader mode show';
    case 'aborted':
    case 'rolled-back':
      return 'grader drain ours, or grader cutover start FILE --why TEXT';
    case 'waiting-for-promotion':
      return 'grader cutover promote --why TEXT';
    case 'setting':
    case 'holding':
    case 'waiting-for-data':
      return 'grader cutover pause|promote|abort --why TEXT';
  }
}

/** `90 s`, `30 min`, `2 h`. */
export function holdText(ms: number): string {
  const minutes = ms / 60_000;
  if (minutes < 2) return `${Math.round(ms / 1000)} s`;
  return minutes < 120 ? `${Number(minutes.toFixed(1))} min` : `${Number((minutes / 60).toFixed(1))} h`;
}

export function renderObserved({ observed }: Pick<CutoverStatus, 'observed'>): string {
  if (observed.total === 0) return 'nothing yet';
  return `${((observed.ours / observed.total) * 100).toFixed(2)} % of ${observed.total}`;
}
