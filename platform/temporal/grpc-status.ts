import { isGrpcServiceError } from '@temporalio/client';

/** The gRPC status codes we act on. */
export const grpcStatus = {
  cancelled: 1,
  invalidArgument: 3,
  deadlineExceeded: 4,
  notFound: 5,
  alreadyExists: 6,
  permissionDenied: 7,
  resourceExhausted: 8,
  failedPrecondition: 9,
  aborted: 10,
  unimplemented: 12,
  unavailable: 14,
  unauthenticated: 16,
} as const;

/** The server answers but refuses: a managed cluster, or a role without the right. */
export function isRefusal(error: unknown): boolean {
  const refusals: number[] = [
    grpcStatus.permissionDenied,
    grpcStatus.unimplemented,
    grpcStatus.unauthenticated,
  ];
  const code = grpcCode(error);
  return code !== undefined && refusals.includes(code);
}

/** A key or a right is missing. */
export function isForbidden(error: unknown): boolean {
  const code = grpcCode(error);
  return code === grpcStatus.permissionDenied || code === grpcStatus.unauthenticated;
}

/** The status of a gRPC error or of its cause: the client's high-level calls wrap it. */
export function grpcCode(error: unknown): number | undefined {
  if (isGrpcServiceError(error)) return error.code;
  return error instanceof Error && error.cause !== undefined ? grpcCode(error.cause) : undefined;
}

/** The server is down, or too busy to answer in time. */
export function isWithoutAnswer(error: unknown): boolean {
  const code = grpcCode(error);
  return code === grpcStatus.deadlineExceeded || code === grpcStatus.unavailable;
}

/** More calls than a limit of the server's allows. */
export function isLimited(error: unknown): boolean {
  return grpcCode(error) === grpcStatus.resourceExhausted;
}

export function isNotFound(error: unknown): boolean {
  return grpcCode(error) === grpcStatus.notFound;
}

/** A query or an update needs a worker; without one the server waits until the deadline, or reports it. */
export function noWorkerAnswers(error: unknown): boolean {
  const code = grpcCode(error);
  return code === grpcStatus.deadlineExceeded || code === grpcStatus.failedPrecondition;
}
