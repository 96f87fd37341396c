import { defineSearchAttributeKey } from '@temporalio/common';
import type { GradingStep } from '../../domain/grading/failure-type.js';
import type { Origin } from '../../domain/grading/grading-workflow.js';
import type { TemporalClient } from './connection.js';
import { grpcCode, grpcStatus } from './grpc-status.js';

/** Gradings of a kind; what is not given is any. */
export interface GradingFilter {
  readonly origin?: Origin | undefined;
  readonly failedStep?: GradingStep | undefined;
}

export interface SubmissionsFound {
  readonly ids: readonly number[];
  /** Older ones were not looked at. */
  readonly isCut: boolean;
}

const submissionId = defineSearchAttributeKey('SubmissionId', 'KEYWORD');
const withinMs = 8_000;
const gradingsRead = 5_000;

/** Thrown where the namespace cannot be asked for such gradings. */
export class GradingsUnsearchableError extends Error {
  override readonly name = 'GradingsUnsearchableError';
}

/**
 * Submissions that have such a grading, by the search attributes that gradings of every kind carry. From the server's lists,
 * which lag a moment, and end with the retention. @throws GradingsUnsearchableError, or the client's error.
 */
export async function submissionsByGrading(
  { client, connection }: TemporalClient,
  { origin, failedStep }: GradingFilter,
): Promise<SubmissionsFound> {
  const query = [
    'SubmissionId IS NOT NULL',
    ...(origin === undefined ? [] : [`Origin = '${origin}'`]),
    ...(failedStep === undefined ? [] : [`FailedStep = '${failedStep}'`]),
  ].join(' AND ');
  const ids = new Set<number>();
  let read = 0;
  try {
    await connection.withDeadline(Date.now() + withinMs, async () => {
      for await (const { typedSearchAttributes } of client.workflow.list({ query, pageSize: 1_000 })) {
        const id = Number(typedSearchAttributes.get(submissionId));
        if (Number.isSafeInteger(id)) ids.add(id);
        read += 1;
        if (read >= gradingsRead) break;
      }
    });
  } catch (error) {
    if (grpcCode(error) !== grpcStatus.invalidArgument) throw error;
    throw new GradingsUnsearchableError(
      'Temporal’s namespace lacks the search attributes SubmissionId, Origin and FailedStep, so gradings cannot be searched by them. See: grader doctor',
      { cause: error },
    );
  }
  return { ids: [...ids], isCut: read >= gradingsRead };
}
