import { bridgeControlType } from '../../domain/cutover/bridge-control.js';
import { cutoverType } from '../../domain/cutover/cutover-run.js';
import { gradeSubmissionType } from '../../domain/grading/grading-workflow.js';
import { Status } from '../../domain/judging/status.js';
import { shadowCompareType } from '../../domain/parity/shadow-set.js';
import type { TemporalSettings } from '../../platform/settings/settings.js';

/** A list of the web UI worth looking at. */
export interface View {
  readonly name: string;
  /** Temporal's list filter. */
  readonly query: string;
}

const gradings = `WorkflowType = "${gradeSubmissionType}"`;
const ofStatus = (status: string) => `${gradings} AND ExecutionStatus = "${status}"`;
const verdicts = Object.values(Status).filter(
  (status) => status !== Status.Pending && status !== Status.Running,
);

/** Cutovers and mode changes are workflows too: these lists keep them apart from the gradings. */
export const views: readonly View[] = [
  { name: 'gradings', query: gradings },
  { name: 'to look at', query: ofStatus('Failed') },
  { name: 'running', query: ofStatus('Running') },
  { name: 'not notified yet', query: `${ofStatus('Running')} AND Verdict IS NOT NULL` },
  { name: 'backend said 404', query: `${ofStatus('Failed')} AND FailedStep = "notify"` },
  { name: 'replays', query: `${gradings} AND Origin = "replay"` },
  ...verdicts.map((verdict) => ({ name: verdict, query: `${gradings} AND Verdict = "${verdict}"` })),
  { name: 'differs from legacy', query: `WorkflowType = "${shadowCompareType}" AND Parity = "differs"` },
  { name: 'cutovers, modes', query: `WorkflowType IN ("${cutoverType}", "${bridgeControlType}")` },
];

/** The web UI opens the list by its address: no browser has to be set up for that. */
export function viewLink(
  { uiUrl, namespace }: Pick<TemporalSettings, 'uiUrl' | 'namespace'>,
  { query }: View,
): string {
  return `${uiUrl}/namespaces/${encodeURIComponent(namespace)}/workflows?query=${encodeURIComponent(query)}`;
}
