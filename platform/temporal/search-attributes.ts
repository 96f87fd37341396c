import { isGrpcServiceError } from '@temporalio/client';
import type { SearchAttributeName } from '../../domain/grading/grading-workflow.js';
import { searchAttributeTypes } from '../../domain/grading/grading-workflow.js';
import type { Logger } from '../process/logger.js';
import type { TemporalClient } from './connection.js';
import { grpcCode, grpcStatus } from './grpc-status.js';
import { pollUntil } from './poll-until.js';

/** temporal.api.enums.v1.IndexedValueType */
const indexedValueType = { KEYWORD: 2, INT: 3 } as const;
const transient: ReadonlySet<number> = new Set([
  grpcStatus.cancelled,
  grpcStatus.deadlineExceeded,
  grpcStatus.notFound,
  grpcStatus.resourceExhausted,
  grpcStatus.aborted,
  grpcStatus.unavailable,
]);
const names = Object.keys(searchAttributeTypes) as SearchAttributeName[];

/**
 * Registers missing search attributes and waits until the server accepts them in queries. A start or an upsert with
 * an unregistered one fails, so this returns the usable set: if the server refuses, or has no columns left (SQL
 * stores have ten for keywords), the rest is used without them.
 * @throws the client's error if the server cannot be reached.
 */
export async function ensureSearchAttributes(
  temporal: TemporalClient,
  log: Logger,
): Promise<ReadonlySet<SearchAttributeName>> {
  const before = await registered(temporal);
  const missing = before ? names.filter((name) => !before.has(name)) : names;
  const refusals: string[] = [];
  for (const name of missing) {
    // One at a time: the server refuses a batch as a whole.
    const refusal = await add(temporal, name);
    if (refusal !== undefined) refusals.push(`${name}: ${refusal}`);
  }
  const after = await registered(temporal);
  const usable = after ?? new Set<SearchAttributeName>();
  if (usable.size < names.length) {
    log.warn(
      {
        namespace: temporal.namespace,
        missing: names.filter((name) => !usable.has(name)),
        refusals,
        remedy: `temporal operator search-attribute create --namespace ${temporal.namespace} --name NAME --type Keyword`,
      },
      'some search attributes cannot be registered; gradings run without them',
    );
  }
  const added = missing.filter((name) => usable.has(name));
  if (added.length > 0) {
    // A new namespace takes its first attributes slowly: more than half a minute was seen.
    await pollUntil('search attributes to be known', () => isAccepted(temporal, added), {
      timeoutMs: 120_000,
    });
    log.info({ namespace: temporal.namespace, added }, 'temporal search attributes registered');
  }
  return usable;
}

/** Ours that are missing or have another type; undefined if the server does not let us look. */
export async function unusableSearchAttributes(
  temporal: TemporalClient,
): Promise<readonly SearchAttributeName[] | undefined> {
  const usable = await registered(temporal);
  return usable && names.filter((name) => !usable.has(name));
}

/** Ours that are registered with our type; undefined if the server does not let us look. */
async function registered(temporal: TemporalClient): Promise<Set<SearchAttributeName> | undefined> {
  const { connection, namespace } = temporal;
  try {
    const { customAttributes } = await connection.withDeadline(Date.now() + 10_000, () =>
      connection.operatorService.listSearchAttributes({ namespace }),
    );
    return new Set(
      names.filter((name) => customAttributes[name] === indexedValueType[searchAttributeTypes[name]]),
    );
  } catch (error) {
    refusalOf(error);
    return undefined;
  }
}

async function add(temporal: TemporalClient, name: SearchAttributeName): Promise<string | undefined> {
  const { connection, namespace } = temporal;
  try {
    await connection.withDeadline(Date.now() + 10_000, () =>
      connection.operatorService.addSearchAttributes({
        namespace,
        searchAttributes: { [name]: indexedValueType[searchAttributeTypes[name]] },
      }),
    );
    return undefined;
  } catch (error) {
    if (grpcCode(error) === grpcStatus.alreadyExists) return undefined;
    return refusalOf(error);
  }
}

async function isAccepted(temporal: TemporalClient, added: readonly SearchAttributeName[]): Promise<boolean> {
  const { connection, namespace } = temporal;
  // Quoted, because "language" is a word of the query language.
  const query = added.map((name) => `\`${name}\` IS NULL`).join(' AND ');
  try {
    await connection.withDeadline(Date.now() + 10_000, () =>
      connection.workflowService.countWorkflowExecutions({ namespace, query }),
    );
    return true;
  } catch (error) {
    if (grpcCode(error) === grpcStatus.invalidArgument) return false;
    throw error;
  }
}

/**
 * The server's refusal. Trouble on the way, a namespace that this front end does not know yet, a rate limit or a lost
 * race are no refusal: they are thrown, for the caller to try again.
 */
function refusalOf(error: unknown): string {
  const isTransient = isGrpcServiceError(error) && transient.has(error.code);
  if (!isGrpcServiceError(error) || isTransient) throw error;
  return error.details || error.message;
}
