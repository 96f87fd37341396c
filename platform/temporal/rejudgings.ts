import type { WorkflowExecutionInfo } from '@temporalio/client';
import {
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
} from '@temporalio/client';
import { gradingPriority } from '../../domain/grading/grading-priority.js';
import { gradingQueue } from '../../domain/grading/grading-workflow.js';
import type { RejudgeFilter, RejudgeRows } from '../../domain/rejudge/rejudge-filter.js';
import type { ApplyRejudgeAnswer, RejudgeInput, RejudgeSummary } from '../../domain/rejudge/rejudge-set.js';
import {
  applyRejudgeUpdateName,
  rejudgeRowsQueryName,
  rejudgeSummaryQueryName,
  rejudgeType,
  rejudgeWorkflowId,
} from '../../domain/rejudge/rejudge-set.js';
import { NotThereError } from '../terminal/usage-error.js';
import type { TemporalClient } from './connection.js';
import { isNotFound, noWorkerAnswers } from './grpc-status.js';
import { RejudgingError } from './rejudging-error.js';

export type NewRejudging = Omit<RejudgeInput, 'set' | 'state'>;

/** A set as lists show it, without a worker. */
export interface ListedRejudging {
  readonly set: string;
  readonly status: string;
  readonly startedAt: Date;
  readonly reason: string;
  readonly selection: string;
  readonly requestedBy: string;
  readonly submissions: number;
}

/** The rejudgings of a namespace, by name. Every method throws RejudgingError for a caller's mistake. */
export interface Rejudgings {
  /** Returns once the set is durable. @returns its name: the day and a number. */
  create(set: NewRejudging): Promise<string>;
  summary(set: string): Promise<RejudgeSummary>;
  rows(set: string, filter: RejudgeFilter): Promise<RejudgeRows>;
  /** Refused while a submission of the set is not graded. */
  apply(set: string, by: string): Promise<ApplyRejudgeAnswer>;
  /** Returns once the server knows; running gradings end within a few seconds. */
  cancel(set: string): Promise<void>;
  /** Open ones first, then the latest. */
  list(): Promise<ListedRejudging[]>;
}

const rpcTimeoutMs = 15_000;
/** A closed set blocks its name during its retention, so the names of one day count up. */
const maxSetsPerDay = 1000;

export function createRejudgings(temporal: TemporalClient): Rejudgings {
  const { workflow } = temporal.client;
  const handle = (set: string) => workflow.getHandle(rejudgeWorkflowId(set));
  const call = <Answer>(set: string, rpc: () => Promise<Answer>): Promise<Answer> =>
    temporal.connection
      .withDeadline(Date.now() + rpcTimeoutMs, rpc)
      .catch((error: unknown) => Promise.reject(toldError(set, error)));
  const summary = (set: string) =>
    call(set, () => handle(set).query<RejudgeSummary>(rejudgeSummaryQueryName));

  return {
    async create(set) {
      const day = new Date().toISOString().slice(0, 10).replaceAll('-', '');
      for (let number = 1; number <= maxSetsPerDay; number += 1) {
        const name = `${day}-${number}`;
        if (await call(name, () => start(temporal, { ...set, set: name }))) return name;
      }
      throw new RejudgingError(`There are ${maxSetsPerDay} rejudgings of today already.`);
    },
    summary,
    rows: (set, filter) =>
      call(set, () => handle(set).query<RejudgeRows, [RejudgeFilter]>(rejudgeRowsQueryName, filter)),
    async apply(set, by) {
      // The workflow may be closed; the server then answers as if it did not exist.
      const { phase } = await summary(set);
      if (phase !== 'grading' && phase !== 'graded') {
        throw new RejudgingError(`Set ${set} is ${phase} already. Look at it: grader rejudge show ${set}`);
      }
      return call(set, () =>
        handle(set).executeUpdate<ApplyRejudgeAnswer, [{ by: string }]>(applyRejudgeUpdateName, {
          args: [{ by }],
        }),
      );
    },
    async cancel(set) {
      const { status } = await call(set, () => handle(set).describe());
      if (status.name !== 'RUNNING') {
        throw new RejudgingError(
          `Set ${set} is closed (${status.name.toLowerCase()}): there is nothing to cancel. Look at it: grader rejudge show ${set}`,
        );
      }
      await call(set, () => handle(set).cancel());
    },
    async list() {
      const sets: ListedRejudging[] = [];
      const query = `WorkflowType = '${rejudgeType}' AND ExecutionStatus != 'ContinuedAsNew'`;
      for await (const execution of workflow.list({ query })) sets.push(listed(execution));
      const isOpen = (set: ListedRejudging) => Number(set.status === 'RUNNING');
      return sets.sort((a, b) => isOpen(b) - isOpen(a) || Number(b.startedAt) - Number(a.startedAt));
    },
  };
}

/** @returns false if the name is taken. */
async function start(temporal: TemporalClient, input: RejudgeInput): Promise<boolean> {
  const { set, reason, selection, requestedBy, submissionIds } = input;
  try {
    await temporal.client.workflow.start(rejudgeType, {
      workflowId: rejudgeWorkflowId(set),
      taskQueue: gradingQueue,
      args: [input],
      workflowIdConflictPolicy: 'FAIL',
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      staticSummary: `rejudge ${set} · ${submissionIds.length} submissions`,
      priority: { priorityKey: gradingPriority('rejudge', false) },
      memo: { reason, selection, requestedBy, submissions: submissionIds.length },
    });
    return true;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
    throw error;
  }
}

function listed({ workflowId, status, startTime, memo }: WorkflowExecutionInfo): ListedRejudging {
  const text = (name: string) => {
    const value = memo?.[name];
    return typeof value === 'string' ? value : '';
  };
  return {
    set: workflowId.slice(rejudgeWorkflowId('').length),
    status: status.name,
    startedAt: startTime,
    reason: text('reason'),
    selection: text('selection'),
    requestedBy: text('requestedBy'),
    submissions: Number(memo?.submissions ?? 0),
  };
}

function toldError(set: string, error: unknown): unknown {
  if (error instanceof WorkflowUpdateFailedError && error.cause !== undefined) {
    return new RejudgingError(error.cause.message, { cause: error });
  }
  if (error instanceof WorkflowNotFoundError || isNotFound(error)) {
    return new NotThereError(
      `There is no rejudging ${set}, or it was closed too long ago and is not kept any more. See: grader rejudge list`,
      { cause: error },
    );
  }
  if (noWorkerAnswers(error)) {
    return new RejudgingError(
      `No worker answered for set ${set} within ${rpcTimeoutMs / 1000} s. Is one running, and with this namespace? Start one with: grader worker`,
      { cause: error },
    );
  }
  return error;
}
