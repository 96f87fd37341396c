import { Status } from '../judging/status.js';
import type { GradingStep } from './failure-type.js';
import type { PreviousRun, ResumePoint } from './previous-run.js';
import { describeResumePoint, resumePoint } from './previous-run.js';

/** What Temporal knows of the latest grading of a submission. */
export interface LatestGrading {
  readonly runId: string;
  readonly state: 'running' | 'completed' | 'failed' | 'cancelled' | 'terminated' | 'timed-out';
  readonly closedAt?: Date;
  readonly failedStep?: GradingStep;
  /** In the words of the failure. */
  readonly reason?: string;
}

/** A submission somebody wants graded again, as the platform and Temporal know it. */
export interface ReplayCandidate {
  readonly submissionId: number;
  /** Undefined when the platform has no such submission. */
  readonly platform?: { readonly status: string; readonly submittedAt: Date | null };
  /** Undefined when Temporal knows no grading: another worker's, or older than the retention. */
  readonly grading?: LatestGrading;
  /** Of a grading that ended without a verdict. */
  readonly earlier?: PreviousRun;
}

/** What the caller chose by; everything given must hold. */
export interface ReplayFilter {
  readonly status?: string;
  readonly failedStep?: GradingStep;
  /** When it failed: the end of its grading or, where Temporal knows none, when it was handed in. */
  readonly since?: Date;
  readonly until?: Date;
}

export type ReplayDecision =
  | { readonly kind: 'replay'; readonly resumePoint: ResumePoint; readonly from: string }
  | { readonly kind: 'skip'; readonly why: string }
  /** Not chosen; not worth a line. */
  | { readonly kind: 'other' };

/**
 * Whether a submission is graded again, and from where. A second replay finds the first one running or completed,
 * so asking twice is harmless.
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

/** Something a student can live with; the rest is what replays are for. */
function hasVerdict(status: string): boolean {
  const none: readonly string[] = [Status.Pending, Status.Running, Status.SystemError];
  return !none.includes(status);
}

function skip(why: string): ReplayDecision {
  return { kind: 'skip', why };
}
