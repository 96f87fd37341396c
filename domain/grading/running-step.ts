import type { GradingStep } from './failure-type.js';

/** The step each activity is. */
export const stepOfActivity: Readonly<Record<string, GradingStep>> = {
  loadSubmission: 'load',
  acquireContainer: 'acquire',
  compile: 'compile',
  runTest: 'run',
  releaseContainer: 'release',
  recordResult: 'record',
  notifyBackend: 'notify',
};

/** Where a running grading is. Between two steps it waits for a worker to continue its workflow. */
export const runningSteps = [
  'load',
  'waiting for a container',
  'acquire',
  'compile',
  'run',
  'release',
  'record',
  'notify',
  'between steps',
] as const;
export type RunningStep = (typeof runningSteps)[number];

export interface PendingActivity {
  readonly activity: string;
  /** A worker has picked it up. */
  readonly isStarted: boolean;
}

/** The latest step that is running. A release runs beside the record; then the record is shown. */
export function runningStep(pending: readonly PendingActivity[]): RunningStep {
  const steps = pending.flatMap(({ activity, isStarted }): RunningStep[] => {
    const step = stepOfActivity[activity];
    if (step === undefined) return [];
    return [step === 'acquire' && !isStarted ? 'waiting for a container' : step];
  });
  return steps.toSorted((a, b) => runningSteps.indexOf(b) - runningSteps.indexOf(a))[0] ?? 'between steps';
}
