import { ActivityFailure, isCancellation, proxyActivities } from '@temporalio/workflow';
import type { CutoverActivities, ObserveOutput, SetControlOutput } from '../activities/cutover.js';
import { describeSetting } from '../domain/cutover/bridge-control.js';
import { unmeasurable } from '../domain/cutover/cutover-gates.js';
import type { CutoverStep, GateMetric } from '../domain/cutover/cutover-plan.js';
import { gradingQueue } from '../domain/grading/grading-workflow.js';
import type { CutoverRecord } from './cutover-record.js';
import { describeFailure } from './failures.js';

const { setControl, newestControl } = proxyActivities<CutoverActivities>({
  taskQueue: gradingQueue,
  startToCloseTimeout: '20s',
  retry: { initialInterval: '200ms', maximumInterval: '10s' },
});
/** A look that fails is a finding, not something to try until it works: orders wait behind it. */
const { observe } = proxyActivities<CutoverActivities>({
  taskQueue: gradingQueue,
  startToCloseTimeout: '20s',
  scheduleToCloseTimeout: '60s',
  retry: { maximumAttempts: 1 },
});

/** Follows the version that this cutover knows: what somebody else has set since is not overwritten. */
export function setStep(
  record: CutoverRecord,
  step: CutoverStep,
  why: string,
  evidence: readonly string[],
): Promise<SetControlOutput> {
  const { queue } = record.input;
  return setControl({ queue, known: record.state.version, change: changeTo(record, step, why, evidence) });
}

/** Sets what the plan says of it, whatever was set meanwhile. */
export async function rollBack(
  record: CutoverRecord,
  phase: 'aborted' | 'rolled-back',
  by: string,
  why: string,
  evidence: readonly string[],
): Promise<void> {
  const { queue, plan } = record.input;
  const { rollback } = plan;
  const newest = await newestControl({ queue });
  // The command has done so already, past this workflow.
  const isThere = newest?.mode === rollback.mode && newest.share === rollback.share;
  if (!isThere) {
    const change = { ...changeTo(record, rollback, why, evidence), by };
    await setControl({ queue, known: 'any', change });
  }
  record.entered(phase, 'nothing');
  record.noted(by, `${phase}: ${describeSetting(rollback)}`, why, evidence);
}

/** @returns undefined where nobody has set anything yet. */
export async function newestVersion(record: CutoverRecord): Promise<number | undefined> {
  return (await newestControl({ queue: record.input.queue }))?.version;
}

/** The metrics since the step began, and the bridges. */
export async function look(record: CutoverRecord, metrics: readonly GateMetric[]): Promise<ObserveOutput> {
  try {
    return await observe({ queue: record.input.queue, metrics, since: record.state.stepSince });
  } catch (error) {
    if (!(error instanceof ActivityFailure) || isCancellation(error)) throw error;
    const why = describeFailure(error);
    return { measurements: unmeasurable(metrics, why), reports: [], reportsUnavailable: why };
  }
}

function changeTo(
  { input }: CutoverRecord,
  { mode, share }: Pick<CutoverStep, 'mode' | 'share'>,
  why: string,
  evidence: readonly string[],
) {
  const { salt, plan, by } = input;
  return { mode, share, salt, by, why, cutover: plan.name, evidence };
}
