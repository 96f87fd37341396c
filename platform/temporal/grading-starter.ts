import type { WorkflowExecutionDescription } from '@temporalio/client';
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
  searchAttributeTypes,
} from '../../domain/grading/grading-workflow.js';
import type { PreviousRun } from '../../domain/grading/previous-run.js';
import { describeResumePoint, resumePoint } from '../../domain/grading/previous-run.js';
import type { SubmissionHeader } from '../postgres/submission-store.js';
import type { Logger } from '../process/logger.js';
import type { TemporalClient } from './connection.js';
import { queueMemo } from './grading-queue-memo.js';
import { grpcCode, grpcStatus } from './grpc-status.js';
import { ensureNamespace } from './namespace.js';
import { isNamespaceMissing } from './namespace-missing.js';
import { ensureSearchAttributes } from './search-attributes.js';

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
   * @throws TemporalUnreachableError
   */
  prepare(): Promise<ReadonlySet<SearchAttributeName>>;
  /**
   * Returns once the grading is durable. 'joined': one with this id was already running or, for a replay, has
   * completed meanwhile.
   * @throws the client's error if the start is uncertain; starting again is harmless.
   */
  startGrading(start: StartGrading): Promise<'started' | 'joined'>;
  /** Whether the last grading of the submission completed within the last `ms`. */
  wasGradedWithin(submissionId: number, ms: number): Promise<boolean>;
  /** Whether a grading of the submission is running, or completed within the last `ms`. */
  wasStarted(submissionId: number, ms: number): Promise<boolean>;
}

const rpcTimeoutMs = 10_000;
/**
 * A frozen worker's open polls still take tasks, so this time adds to a grading's standstill. A task takes some tens
 * of milliseconds; the default is 10 s.
 */
const workflowTaskTimeout = '4s';

/**
 * Starts `gradeSubmission` workflows. The id deduplicates: at most one runs per submission. A closed one does not
 * stop a new start, because publishing a message again on purpose means "grade again".
 * @param queue where the messages come from; kept with each grading, so that it can be handed back there.
 */
export function createGradingStarter(temporal: TemporalClient, log: Logger, queue?: string): GradingStarter {
  let usable: ReadonlySet<SearchAttributeName> | undefined;

  const prepare = async (): Promise<ReadonlySet<SearchAttributeName>> => {
    await temporal.check();
    // It may have gone since: deleted, or the server has a new database.
    const state = await ensureNamespace(temporal, log);
    if (usable && state !== 'created') return usable;
    usable = await ensureSearchAttributes(temporal, log);
    return usable;
  };

  const start = async (request: StartGrading): Promise<'started' | 'joined'> => {
    if (!usable) await prepare();
    try {
      await temporal.connection.withDeadline(Date.now() + rpcTimeoutMs, () =>
        startWorkflow(temporal, request, usable ?? new Set(), queue),
      );
      return 'started';
    } catch (error) {
      // FAIL instead of USE_EXISTING: both leave the running one alone, but only FAIL reports that there was one.
      if (error instanceof WorkflowExecutionAlreadyStartedError) return 'joined';
      throw error;
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
    wasGradedWithin: async (submissionId, ms) => isGradedWithin(await describe(temporal, submissionId), ms),
    async wasStarted(submissionId, ms) {
      const execution = await describe(temporal, submissionId);
      return execution?.status.name === 'RUNNING' || isGradedWithin(execution, ms);
    },
  };
}

async function describe(
  temporal: TemporalClient,
  submissionId: number,
): Promise<WorkflowExecutionDescription | undefined> {
  try {
    return await temporal.connection.withDeadline(Date.now() + rpcTimeoutMs, () =>
      temporal.client.workflow.getHandle(gradeWorkflowId(submissionId)).describe(),
    );
  } catch (error) {
    // Nothing was graded in a namespace that is not there; the start makes it.
    if (error instanceof WorkflowNotFoundError || isNamespaceMissing(error)) return undefined;
    throw error;
  }
}

function isGradedWithin(execution: WorkflowExecutionDescription | undefined, ms: number): boolean {
  const closedAt = execution?.closeTime?.getTime() ?? 0;
  return execution?.status.name === 'COMPLETED' && Date.now() - closedAt <= ms;
}

async function startWorkflow(
  temporal: TemporalClient,
  { submissionId, origin, header, earlier }: StartGrading,
  usable: ReadonlySet<SearchAttributeName>,
  queue: string | undefined,
): Promise<void> {
  const input: GradeSubmissionInput = {
    submissionId,
    origin,
    searchAttributes: [...usable],
    ...(earlier === undefined ? {} : { earlier }),
  };
  await temporal.client.workflow.start(gradeSubmissionType, {
    workflowId: gradeWorkflowId(submissionId),
    taskQueue: gradingQueue,
    args: [input],
    workflowTaskTimeout,
    workflowIdConflictPolicy: 'FAIL',
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
  });
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
