import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { TemporalClient } from './connection.js';

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
  /** `open`: it was begun, and its end is not recorded (yet). */
  readonly state: 'open' | 'ended';
}

const workflowType = 'operatorAction';
const idPrefix = 'operator-action-';
/** Nobody polls it: a record is in the memo, and needs no worker. */
const nobodysQueue = 'operator-actions';
/** An action that has not ended by then has lost its process: a replay may wait for hours. */
const openForMs = 24 * 3_600_000;
const rpcWithinMs = 5_000;

const schema = z.object({
  by: z.string(),
  via: z.enum(['console', 'cli']),
  what: z.string(),
  target: z.string(),
  why: z.string(),
});

/**
 * The audit log: each action is a workflow that holds it in its memo, so the record is kept where the gradings and the
 * settings of the bridges are, as long as they are, and is read from Temporal's lists and its web UI alike. It is written
 * before the action begins. @returns what records the end. @throws the client's error.
 */
export async function recordAction(
  temporal: TemporalClient,
  action: OperatorAction,
): Promise<(outcome: string) => Promise<void>> {
  const { client, connection } = temporal;
  const within = <Result>(call: () => Promise<Result>) =>
    connection.withDeadline(Date.now() + rpcWithinMs, call);
  const cut: OperatorAction = {
    ...action,
    target: action.target.slice(0, 1_000),
    why: action.why.slice(0, 1_000),
  };
  const handle = await within(() =>
    client.workflow.start(workflowType, {
      workflowId: `${idPrefix}${randomUUID()}`,
      taskQueue: nobodysQueue,
      memo: { action: cut },
      workflowExecutionTimeout: openForMs,
      staticSummary: `${cut.what} ${cut.target} · ${cut.by}`.slice(0, 190),
    }),
  );
  return async (outcome) => {
    await within(() => handle.terminate(outcome.slice(0, 1_000)));
  };
}

/** Latest first. @throws the client's error. */
export async function listActions(
  { client, connection }: TemporalClient,
  atMost: number,
): Promise<readonly RecordedAction[]> {
  return connection.withDeadline(Date.now() + rpcWithinMs, async () => {
    const found: RecordedAction[] = [];
    const list = client.workflow.list({
      query: `WorkflowType = '${workflowType}'`,
      pageSize: Math.min(atMost, 1_000),
    });
    for await (const { workflowId, runId, memo, startTime, status } of list) {
      const parsed = schema.safeParse(memo?.action);
      if (parsed.success) {
        const state = status.name === 'TERMINATED' ? 'ended' : 'open';
        found.push({ ...parsed.data, at: startTime, workflowId, runId, state });
      }
      if (found.length >= atMost) break;
    }
    return found.toSorted((a, b) => b.at.getTime() - a.at.getTime());
  });
}
