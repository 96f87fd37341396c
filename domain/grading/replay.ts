import { Status } from '../judging/status.js';
import type { GradingStep } from './failure-type.js';
import type { PreviousRun, ResumePoint } from './previous-run.js';
import { describeResumePoint, resumePoint } from './previous-run.js';

/** The latest grading of a submission, as Temporal knows it. */
export interface LatestGrading {
  readonly runId: string;
  readonly state: 'running' | 'completed' | 'failed' | 'cancelled' | 'terminated' | 'timed-out';
  readonly closedAt?: Date;
  readonly failedStep?: GradingStep;
  /** In the words of the failure. */
  readonly reason?: string;
}

/** A submission to be graded again, as the platform and Temporal know it. */
export interface ReplayCandidate {
  readonly submissionId: number;
  /** Undefined when the platform has no such submission. */
  readonly platform?: { readonly status: string; readonly submittedAt: Date | null };
  /** Undefined when Temporal knows no grading: another worker's, or older than the retention. */
  readonly grading?: LatestGrading;
  /** Set when the grading ended without a verdict. */
  readonly earlier?: PreviousRun;
}

/** The caller's filter: a submission must match everything given. */
export interface ReplayFilter {
  readonly status?: string;
  readonly failedStep?: GradingStep;
  /** When it failed: the end of its grading or, without one in Temporal, the time it was handed in. */
  readonly since?: Date;
  readonly until?: Date;
}

export type ReplayDecision =
  | { readonly kind: 'replay'; readonly resumePoint: ResumePoint; readonly from: string }
  | { readonly kind: 'skip'; readonly why: string }
  /** Not chosen, so not listed. */
  | { readonly kind: 'other' };

/**
 * Whether to grade a submission again, and from where. A second replay finds the first one running or completed, so
 * asking twice is harmless.
 */
export function decideReplay(candidate: ReplayCandidate, filter: ReplayFilter): ReplayDecision {
  const { platform, grading, earlier } = candidate;
  if (!isChosen(candidate, filter)) return { kind: 'other' };
  if (grading?.state === 'running') return skip('its grading is running');
  if (platform === undefined) return skip('the platform has no such submission');
  if (grading?.state === 'completed' && hasVerdict(platform.status)) {
    return skip(`already graded: ${platform.status}`);
  }
  if (grading === undefined && hasVerdict(platform.status)) {
    return skip(`${platform.status}, graded by another worker or long ago`);
  }
  const resumed: ResumePoint =
    earlier === undefined ? { from: 'start', why: 'no failed run to go on from' } : resumePoint(earlier);
  return { kind: 'replay', resumePoint: resumed, from: describeResumePoint(resumed) };
}

function isChosen({ platform, grading }: ReplayCandidate, filter: ReplayFilter): boolean {
  const { status, failedStep, since, until } = filter;
  if (status !== undefined && platform?.status !== status) return false;
  if (failedStep !== undefined && grading?.failedStep !== failedStep) return false;
  const failedAt = grading?.closedAt ?? platform?.submittedAt ?? undefined;
  if (since !== undefined && (failedAt === undefined || failedAt < since)) return false;
  return until === undefined || (failedAt !== undefined && failedAt <= until);
}

/** A verdict a student can live with; anything else is for replays. */
function hasVerdict(status: string): boolean {
  const none: readonly string[] = [Status.Pending, Status.Running, Status.SystemError];
  return !none.includes(status);
}

function skip(why: string): ReplayDecision {
  return { kind: 'skip', why };
}
