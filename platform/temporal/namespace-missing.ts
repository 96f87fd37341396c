import { isGrpcServiceError } from '@temporalio/client';
import { getGrpcStatusDetails } from '@temporalio/client/lib/helpers.js';
import { NamespaceNotFoundError } from '@temporalio/common';
import { ActionableError } from '../process/actionable-error.js';
import type { TemporalClient } from './connection.js';
import { grpcStatus, isRefusal } from './grpc-status.js';

const failureType = /\/temporal\.api\.errordetails\.v1\.NamespaceNotFoundFailure$/;

/** The server answers, and has no namespace of our name: nothing can be read or started in it. */
export class NamespaceMissingError extends ActionableError {
  override readonly name = 'NamespaceMissingError';

  constructor({ address, namespace }: Pick<TemporalClient, 'address' | 'namespace'>, cause?: unknown) {
    super(
      `Temporal at ${address} has no namespace "${namespace}": it was deleted, the server has a new database, or TEMPORAL_NAMESPACE or TEMPORAL_ADDRESS is wrong. What ran in it is gone; messages and submissions are not.`,
      {
        remedy: `temporal operator namespace list --address ${address}; a bridge or worker that runs makes it anew within seconds, else: temporal operator namespace create --address ${address} --retention 7d ${namespace}. Then: grader sweep`,
        cause,
      },
    );
  }
}

/** Whether the server said so: not to be mixed up with a workflow that is not found, which has the same status. */
export function isNamespaceMissing(error: unknown): boolean {
  if (error instanceof NamespaceNotFoundError || error instanceof NamespaceMissingError) return true;
  if (isGrpcServiceError(error)) {
    if (error.code !== grpcStatus.notFound) return false;
    return (getGrpcStatusDetails(error) ?? []).some(({ type_url: type }) => failureType.test(type ?? ''));
  }
  return error instanceof Error && error.cause !== undefined && isNamespaceMissing(error.cause);
}

/**
 * One round trip. A server that does not let us look is taken at its word later.
 * @returns the namespace's own id, which a namespace made anew under the same name does not have; undefined where the
 *   server does not let us look.
 * @throws NamespaceMissingError, or what the client throws when the server cannot be reached.
 */
export async function assertNamespace(
  temporal: TemporalClient,
  timeoutMs = 10_000,
): Promise<string | undefined> {
  const { connection, namespace } = temporal;
  try {
    const { namespaceInfo } = await connection.withDeadline(Date.now() + timeoutMs, () =>
      connection.workflowService.describeNamespace({ namespace }),
    );
    return namespaceInfo?.id ?? undefined;
  } catch (error) {
    if (!isGrpcServiceError(error)) throw error;
    if (error.code === grpcStatus.notFound) throw new NamespaceMissingError(temporal, error);
    if (!isRefusal(error)) throw error;
    return undefined;
  }
}
