import { WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/client';
import { defineSearchAttributeKey } from '@temporalio/common';
import { gradingPriority } from '../../domain/grading/grading-priority.js';
import type {
  GradeSubmissionInput,
  Origin,
  SearchAttributeName,
} from '../../domain/grading/grading-workflow.js';
import {
  gradeSubmissionType,
  gradeWorkflowId,
  gradingQueue,
  regradeSignalName,
  searchAttributeTypes,
} from '../../domain/grading/grading-workflow.js';
import type { PreviousRun } from '../../domain/grading/previous-run.js';
import { describeResumePoint, resumePoint } from '../../domain/grading/previous-run.js';
import { workflowTaskTimeoutMs } from '../../domain/grading/task-time.js';
import type { SubmissionHeader } from '../postgres/submission-store.js';
import type { Logger } from '../process/logger.js';
import type { TemporalClient } from './connection.js';
import { queueMemo } from './grading-queue-memo.js';
import { grpcCode, grpcStatus } from './grpc-status.js';
import { ensureNamespace } from './namespace.js';
import { isNamespaceMissing } from './namespace-missing.js';
import { ensureSearchAttributes } from './search-attributes.js';
import { hasUnseenRequest } from './unseen-request.js';

interface StartGrading {
  readonly submissionId: number;
  readonly origin: Origin;
  /** What is known of the submission. Without it, the grading has normal priority and a plain title. */
  readonly header?: SubmissionHeader | undefined;
  /** The previous, failed run of a replay. The start is then refused if another replay runs or has completed. */
  readonly earlier?: PreviousRun | undefined;
}

export interface GradingStarter {
  /**
   * Checks that the server answers and has our namespace; creates it and the search attributes where they are missing.
   * @returns the usable search attributes.
   * @throws TemporalUnreachableError, ForeignPlatformError
   */
  prepare(): Promise<ReadonlySet<SearchAttributeName>>;
  /**
   * Returns once it is durable that the submission is graded as it stands now. 'joined': a grading was running, and
   * was asked to look at the submission again. A replay that joins asks for nothing: another one runs, or has completed.
   * @throws the client's error if the start is uncertain; starting again is harmless.
   */
  startGrading(start: StartGrading): Promise<'started' | 'joined'>;
  /**
   * Asks the running grading of the submission, if there is one, to look at it again.
   * @returns whether there was one.
   */
  joinRunning(submissionId: number): Promise<boolean>;
}

const rpcTimeoutMs = 10_000;

interface GradingStarterOptions {
  /** Where the messages come from; kept with each grading, so that it can be handed back there. */
  readonly queue?: string;
  /** Makes sure that the namespace is our platform's. @throws ForeignPlatformError */
  readonly assertOurs?: () => Promise<void>;
}

/**
 * Starts `gradeSubmission` workflows. The id deduplicates: at most one runs per submission. A closed one does not
 * stop a new start, because publishing a message again on purpose means "grade again". Nobody can tell such a message
 * from a second copy of the first, so each is answered: by a start, or by a signal to the one that runs.
 */
export function createGradingStarter(
  temporal: TemporalClient,
  log: Logger,
  { queue, assertOurs }: GradingStarterOptions = {},
): GradingStarter {
  let usable: ReadonlySet<SearchAttributeName> | undefined;

  const prepare = async (): Promise<ReadonlySet<SearchAttributeName>> => {
    await temporal.check();
    // It may have gone since: deleted, or the server has a new database.
    const state = await ensureNamespace(temporal, log);
    await assertOurs?.();
    if (usable && state !== 'created') return usable;
    usable = await ensureSearchAttributes(temporal, log);
    return usable;
  };

  const start = async (request: StartGrading): Promise<'started' | 'joined'> => {
    if (!usable) await prepare();
    const options = startOptions(temporal, request, usable ?? new Set(), queue);
    try {
      await inTime(temporal, () =>
        temporal.client.workflow.start(gradeSubmissionType, { ...options, workflowIdConflictPolicy: 'FAIL' }),
      );
      return 'started';
    } catch (error) {
      // FAIL instead of USE_EXISTING: both leave the running one alone, but only FAIL reports that there was one.
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      if (request.earlier !== undefined) return 'joined';
      if (await inTime(temporal, () => hasUnseenRequest(temporal, request.submissionId))) return 'joined';
      // What the running one has loaded may be older than this request. Should it end meanwhile, another one starts.
      await inTime(temporal, () =>
        temporal.client.workflow.signalWithStart(gradeSubmissionType, {
          ...options,
          signal: regradeSignalName,
        }),
      );
      return 'joined';
    }
  };

  return {
    prepare,
    async startGrading(request) {
      try {
        return await start(request);
      } catch (error) {
        // A search attribute or the whole namespace was removed after we looked.
        const isStale = grpcCode(error) === grpcStatus.invalidArgument || isNamespaceMissing(error);
        if (!isStale || !usable) throw error;
        usable = undefined;
        return start(request);
      }
    },
    async joinRunning(submissionId) {
      try {
        await inTime(temporal, () =>
          temporal.client.workflow.getHandle(gradeWorkflowId(submissionId)).signal(regradeSignalName),
        );
        return true;
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return false;
        throw error;
      }
    },
  };
}

function inTime<Result>({ connection }: TemporalClient, call: () => Promise<Result>): Promise<Result> {
  return connection.withDeadline(Date.now() + rpcTimeoutMs, call);
}

function startOptions(
  temporal: TemporalClient,
  { submissionId, origin, header, earlier }: StartGrading,
  usable: ReadonlySet<SearchAttributeName>,
  queue: string | undefined,
) {
  const input: GradeSubmissionInput = {
    submissionId,
    origin,
    ...(earlier === undefined ? {} : { earlier }),
  };
  return {
    workflowId: gradeWorkflowId(submissionId),
    taskQueue: gradingQueue,
    args: [input],
    workflowTaskTimeout: workflowTaskTimeoutMs,
    workflowIdReusePolicy: earlier === undefined ? 'ALLOW_DUPLICATE' : 'ALLOW_DUPLICATE_FAILED_ONLY',
    staticSummary: summary(submissionId, header) + (origin === 'replay' ? ' · replay' : ''),
    ...(earlier === undefined
      ? { memo: queue === undefined ? {} : { [queueMemo]: queue } }
      : chain(temporal.namespace, submissionId, earlier)),
    priority: {
      priorityKey: gradingPriority(origin, header?.isTest ?? false),
      ...(header && { fairnessKey: String(header.classId) }),
    },
    typedSearchAttributes: searchAttributes({ SubmissionId: String(submissionId), Origin: origin }, usable),
  } as const;
}

/** Links a replay to its previous run: in the details for people, in the memo for programs. */
function chain(namespace: string, submissionId: number, earlier: PreviousRun) {
  const { runId, failedStep } = earlier;
  const link = `/namespaces/${namespace}/workflows/${gradeWorkflowId(submissionId)}/${runId}`;
  const ended = failedStep === undefined ? '' : ` that ended at step ${failedStep}`;
  const begins = describeResumePoint(resumePoint(earlier));
  return {
    staticDetails: `Replay of [the run${ended}](${link}). Begins at ${begins} if the problem has not changed since.`,
    memo: { ReplayOf: runId, ...(failedStep === undefined ? {} : { ReplayOfFailedStep: failedStep }) },
  };
}

function summary(submissionId: number, header: SubmissionHeader | undefined): string {
  if (!header) return `#${submissionId}`;
  // The server takes 200 bytes; a title may have 255 characters.
  const title = Array.from(header.problemTitle).slice(0, 40).join('');
  return `${title} · ${header.language.slice(0, 20)} · #${submissionId}`;
}

function searchAttributes(
  values: Partial<Record<SearchAttributeName, string>>,
  usable: ReadonlySet<SearchAttributeName>,
) {
  return (Object.entries(values) as [SearchAttributeName, string][])
    .filter(([name]) => usable.has(name) && searchAttributeTypes[name] === 'KEYWORD')
    .map(([name, value]) => ({ key: defineSearchAttributeKey(name, 'KEYWORD'), value }));
}
