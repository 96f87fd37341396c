import { randomUUID } from 'node:crypto';
import pMap from 'p-map';
import { z } from 'zod';
import type { TemporalClient } from './connection.js';
import { failureOfRun } from './failure-of-run.js';

/** What an operator did, or is doing. */
export interface OperatorAction {
  readonly by: string;
  /** From where. */
  readonly via: 'console' | 'cli';
  /** Such as `replay`. */
  readonly what: string;
  /** Of what, in words. */
  readonly target: string;
  readonly why: string;
}

export interface RecordedAction extends OperatorAction {
  readonly at: Date;
  readonly workflowId: string;
  readonly runId: string;
  /** What came of it; undefined where its end is not recorded (yet). */
  readonly outcome: string | undefined;
}

const workflowType = 'operatorAction';
const idPrefix = 'operator-action-';
/** Nobody polls it: a record is in the memo, and needs no worker. */
const nobodysQueue = 'operator-actions';
/** An action that has not ended by then has lost its process: a replay may wait for hours. */
const openForMs = 24 * 3_600_000;
const rpcWithinMs = 5_000;
/** The reason of an end is not in the server's lists: one call for each that has not been read before. */
const outcomesWithinMs = 10_000;
const outcomesAtOnce = 8;
const outcomesKept = 2_000;
/** By run: what has ended does not change. */
const knownOutcomes = new Map<string, string>();

const schema = z.object({
  by: z.string(),
  via: z.enum(['console', 'cli']),
  what: z.string(),
  target: z.string(),
  why: z.string(),
});

/** One action, as the audit log will hold it. */
export interface ActionRecord {
  /** Durable on return; again, where it is uncertain whether it was written. @throws the client's error. */
  begin(withinMs: number): Promise<void>;
  /** What came of it. @throws the client's error. */
  end(outcome: string, withinMs: number): Promise<void>;
}

/**
 * The audit log: each action is a workflow that holds it in its memo, so the record is kept where the gradings and the
 * settings of the bridges are, as long as they are, and is read from Temporal's lists and its web UI alike.
 */
export function actionRecord({ client, connection }: TemporalClient, action: OperatorAction): ActionRecord {
  const workflowId = `${idPrefix}${randomUUID()}`;
  const cut: OperatorAction = {
    ...action,
    target: action.target.slice(0, 1_000),
    why: action.why.slice(0, 1_000),
  };
  return {
    async begin(withinMs) {
      await connection.withDeadline(Date.now() + withinMs, () =>
        client.workflow.start(workflowType, {
          workflowId,
          taskQueue: nobodysQueue,
          memo: { action: cut },
          workflowExecutionTimeout: openForMs,
          workflowIdConflictPolicy: 'USE_EXISTING',
          staticSummary: `${cut.what} ${cut.target} · ${cut.by}`.slice(0, 190),
        }),
      );
    },
    async end(outcome, withinMs) {
      await connection.withDeadline(Date.now() + withinMs, () =>
        client.workflow.getHandle(workflowId).terminate(outcome.slice(0, 1_000)),
      );
    },
  };
}

/** Latest first. @throws the client's error. */
export async function listActions(
  temporal: TemporalClient,
  atMost: number,
): Promise<readonly RecordedAction[]> {
  const listed = await listBegun(temporal, atMost);
  return temporal.connection.withDeadline(Date.now() + outcomesWithinMs, () =>
    pMap(
      listed,
      async ({ isEnded, ...action }) => ({
        ...action,
        outcome: isEnded ? await outcomeOf(temporal, action) : undefined,
      }),
      { concurrency: outcomesAtOnce },
    ),
  );
}

type Begun = Omit<RecordedAction, 'outcome'> & { readonly isEnded: boolean };

async function listBegun({ client, connection }: TemporalClient, atMost: number): Promise<readonly Begun[]> {
  return connection.withDeadline(Date.now() + rpcWithinMs, async () => {
    const found: Begun[] = [];
    const list = client.workflow.list({
      query: `WorkflowType = '${workflowType}'`,
      pageSize: Math.min(atMost, 1_000),
    });
    for await (const { workflowId, runId, memo, startTime, status } of list) {
      const parsed = schema.safeParse(memo?.action);
      if (parsed.success) {
        const isEnded = status.name === 'TERMINATED';
        found.push({ ...parsed.data, at: startTime, workflowId, runId, isEnded });
      }
      if (found.length >= atMost) break;
    }
    return found.toSorted((a, b) => b.at.getTime() - a.at.getTime());
  });
}

async function outcomeOf(
  { client }: TemporalClient,
  { workflowId, runId }: Pick<RecordedAction, 'workflowId' | 'runId'>,
): Promise<string> {
  const known = knownOutcomes.get(runId);
  if (known !== undefined) return known;
  const outcome = (await failureOfRun(client, { workflowId, runId }))?.message ?? 'ended';
  knownOutcomes.set(runId, outcome);
  const [oldest] = knownOutcomes.keys();
  if (knownOutcomes.size > outcomesKept && oldest !== undefined) knownOutcomes.delete(oldest);
  return outcome;
}
