import { isGrpcServiceError } from '@temporalio/client';
import { msToTs, optionalTsToMs } from '@temporalio/common/lib/time.js';
import type { Logger } from '../process/logger.js';
import type { TemporalClient } from './connection.js';
import { grpcStatus, isRefusal } from './grpc-status.js';
import { pollUntil } from './poll-until.js';

const retentionDays = 7;

/**
 * Makes the namespace where it is missing and the server allows it, and waits until the server's front ends know it
 * (they look at most every few seconds), whoever made it: it may be described before that, and nothing else.
 * A refusal is logged, not thrown: an administrator may have made it, and the first start will say.
 * @throws what the client throws when the server cannot be reached.
 */
export async function ensureNamespace(
  temporal: TemporalClient,
  log: Logger,
): Promise<'existed' | 'created' | 'refused'> {
  const { namespace } = temporal;
  const state = await describeOrRegister(temporal, log);
  if (state !== 'refused') await pollUntil(`namespace ${namespace} to be known`, () => isKnown(temporal));
  if (state === 'created') log.info({ namespace, retentionDays }, 'temporal namespace created');
  return state;
}

/** How long closed workflows are kept, ms; undefined where the server does not let us look. */
export async function readRetentionMs(temporal: TemporalClient): Promise<number | undefined> {
  const { connection, namespace } = temporal;
  try {
    const { config } = await inTime(temporal, () =>
      connection.workflowService.describeNamespace({ namespace }),
    );
    return optionalTsToMs(config?.workflowExecutionRetentionTtl);
  } catch (error) {
    if (isRefusal(error)) return undefined;
    throw error;
  }
}

async function describeOrRegister(
  temporal: TemporalClient,
  log: Logger,
): Promise<'existed' | 'created' | 'refused'> {
  const { connection, namespace } = temporal;
  try {
    await inTime(temporal, () => connection.workflowService.describeNamespace({ namespace }));
    return 'existed';
  } catch (error) {
    if (isRefusal(error)) return refused(log, namespace, error);
    if (!isGrpcServiceError(error) || error.code !== grpcStatus.notFound) throw error;
  }
  try {
    await inTime(temporal, () =>
      connection.workflowService.registerNamespace({
        namespace,
        description: 'Gradings of submissions',
        workflowExecutionRetentionPeriod: msToTs(retentionDays * 86_400_000),
      }),
    );
    return 'created';
  } catch (error) {
    // Another process of ours was faster.
    if (isGrpcServiceError(error) && error.code === grpcStatus.alreadyExists) return 'created';
    if (isRefusal(error)) return refused(log, namespace, error);
    throw error;
  }
}

function refused(log: Logger, namespace: string, error: unknown): 'refused' {
  log.warn(
    {
      namespace,
      err: error,
      remedy: `temporal operator namespace create --retention ${retentionDays}d ${namespace}`,
    },
    'temporal does not let us look at or create the namespace; it must exist',
  );
  return 'refused';
}

async function isKnown(temporal: TemporalClient): Promise<boolean> {
  try {
    await inTime(temporal, () =>
      temporal.connection.workflowService.countWorkflowExecutions({ namespace: temporal.namespace }),
    );
    return true;
  } catch (error) {
    if (isGrpcServiceError(error) && error.code === grpcStatus.notFound) return false;
    // A role that may not count: the namespace itself is there.
    if (isRefusal(error)) return true;
    throw error;
  }
}

function inTime<Result>(temporal: TemporalClient, call: () => Promise<Result>): Promise<Result> {
  return temporal.connection.withDeadline(Date.now() + 10_000, call);
}
