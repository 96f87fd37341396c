import type { SubmissionFacts } from '../domain/grading/grading-plan.js';
import type { SearchAttributeName } from '../domain/grading/grading-workflow.js';
import type { ExecutionOutcome, ExecutionRequest } from '../domain/judging/execution.js';
import type { GradingProfile } from '../domain/judging/grading-profile.js';
import type { EffectiveLimits } from '../domain/judging/limits.js';
import type { GradingResult } from '../domain/judging/submission.js';
import type { OutputReference } from '../domain/judging/test-report.js';
import type { AttemptFence } from './attempt-fence.js';
import type { StallWatch } from './stall-watch.js';

/** Everything the activities need from outside; made by the worker's wiring, faked in tests. */
export interface ActivityDependencies {
  readonly store: SubmissionStore;
  readonly backend: BackendClient;
  readonly pool: LeasePool;
  readonly outputs: OutputStore;
  readonly compiled: CompileCache;
  readonly settings: ActivitySettings;
  readonly stalls: StallWatch;
}

interface ActivitySettings {
  readonly profile: GradingProfile;
  /** Where a problem has no limits of its own. */
  readonly defaultLimits: EffectiveLimits;
  /** Longest output stored with a result. */
  readonly outputReceivedLimitBytes: number;
  /** Of the texts of a whole result. */
  readonly resultLimitBytes: number;
  /** How long broken infrastructure is worked around before a System Error is reported. */
  readonly gradingDeadlineMs: number;
  readonly recordResult: 'auto' | 'always' | 'never';
  /** Short tests run within workflow tasks of the host that has the container. */
  readonly localTests: boolean;
  /** The custom search attributes the namespace has. */
  readonly searchAttributes: readonly SearchAttributeName[];
}

/** The platform's database, as the activities see it. */
export interface SubmissionStore {
  /** Undefined when the submission does not exist. */
  loadPlan(submissionId: number): Promise<LoadedSubmission | undefined>;
  /** Undefined when the submission does not exist. */
  loadSource(submissionId: number): Promise<string | undefined>;
  loadTestCase(testCaseId: number): Promise<TestCaseData | undefined>;
  /** Of those that are still there. */
  loadTestInputs(testCaseIds: readonly number[]): Promise<readonly TestInput[]>;
  /** As the database can hold it: what its encoding lacks is replaced, as far as that is known or told within a second. */
  asStored(result: GradingResult): Promise<GradingResult>;
  /** One transaction with the rows the backend would write (contract §4). Nothing is written once `fence` throws. */
  recordResult(
    submissionId: number,
    result: GradingResult,
    fence?: AttemptFence,
  ): Promise<'recorded' | 'not-permitted' | 'not-found'>;
}

/** Raw facts of a submission; the plan (language, effective limits) is derived by domain/. */
export type LoadedSubmission = SubmissionFacts;

export interface TestCaseData {
  readonly id: number;
  readonly input: string;
  readonly expectedOutput: string;
  /** Its problem's, which says how the input is read in function mode. */
  readonly functionSignature?: string | null;
}

export interface TestInput {
  readonly id: number;
  readonly input: string;
}

/** The platform's backend. */
export interface BackendClient {
  /**
   * @param fence asked once there is a connection, right before the first byte.
   * @returns what the backend itself said (contract §4). Throws (retryable) on anything else.
   */
  postResult(
    submissionId: number,
    result: GradingResult,
    signal: AbortSignal,
    fence?: AttemptFence,
  ): Promise<'accepted' | 'not-found'>;
}

/** The host's containers: a lease is the right to one container until it is released or its time to live ends. */
export interface LeasePool {
  /** Where `compile` and `runTest` for leases of this host are served. */
  readonly hostQueue: string;
  /** @param options.extraMs the lease lasts so much longer: what the programs may take by their own limits. */
  acquire(options: { submissionId: number; signal: AbortSignal; extraMs?: number }): Promise<Lease>;
  /** @throws LeaseLostError when the lease is unknown, expired or its container is gone. */
  container(leaseId: string): LeasedContainer;
  /** Unknown leases are ignored: releasing twice is harmless. */
  release(leaseId: string): Promise<void>;
}

export interface Lease {
  readonly leaseId: string;
  readonly containerId: string;
}

export interface LeasedContainer {
  /** Names the image it was made from, with all that is in it. */
  readonly image: string;
  /** Claims tests for a run within a workflow task. @returns false where one of them was claimed before. */
  claimLocalRun(testCaseIds: readonly number[]): boolean;
  /** Writes one file into the work area, replacing what stood there. */
  writeFile(name: string, content: Uint8Array): Promise<void>;
  /** Runs one command; an aborted signal kills it within a second. Waits for the host's run gate first. */
  execute(request: ExecutionRequest, signal: AbortSignal): Promise<ExecutionOutcome>;
}

/** This host's compiled programs, as archives of their work areas. May forget any at any time. */
export interface CompileCache {
  /** In all; 0: nothing is kept, so that nothing is worth being packed. */
  readonly maxBytes: number;
  get(key: string): Uint8Array | undefined;
  put(key: string, archive: Uint8Array): void;
  /** What cannot be unpacked. */
  forget(key: string): void;
  /** Counts it: a hit spared a compilation. */
  lookedUp(result: 'hit' | 'miss'): void;
}

/** Where outputs too large for a workflow history are kept; content-addressed, so putting twice is harmless. */
export interface OutputStore {
  put(text: string): Promise<OutputReference>;
  /** @returns undefined when it is not here (any more): another host wrote it, or it was pruned. */
  get(sha256: string): Promise<string | undefined>;
}
