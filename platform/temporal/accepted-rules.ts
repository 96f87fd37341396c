import { randomUUID } from 'node:crypto';
import { WorkflowNotFoundError } from '@temporalio/client';
import { z } from 'zod';
import type { AcceptedRules } from '../../domain/parity/accepted-rules.js';
import {
  describeRule,
  maxAccepted,
  parityRuleMemo,
  parityRuleType,
} from '../../domain/parity/accepted-rules.js';
import type { TemporalClient } from './connection.js';

const withinMs = 15_000;
/** Nobody polls it: the rules are in the memo, and need no worker. */
const nobodysQueue = 'parity-rules';
const idPrefix = 'parity-rule-';

const schema = z.object({
  submissionId: z.int(),
  rules: z.array(
    // As rulesCovering makes them: a rule without a pair of statuses would cover everything.
    z.object({
      theirs: z.array(z.string()).min(1),
      ours: z.array(z.string()).min(1),
      mode: z.enum(['stdio', 'function']),
      language: z.string(),
      within: z.number().exactOptional(),
      reason: z.string(),
    }),
  ),
  by: z.string(),
  at: z.string(),
});

/** Holds until it is withdrawn, for every host: it is kept where the shadow gradings are. */
export async function acceptRules(
  { client, connection }: TemporalClient,
  accepted: Omit<AcceptedRules, 'id'>,
): Promise<string> {
  const id = `${idPrefix}${randomUUID().slice(0, 8)}`;
  const said = accepted.rules.map(describeRule).join('; ');
  await connection.withDeadline(Date.now() + withinMs, () =>
    client.workflow.start(parityRuleType, {
      workflowId: id,
      taskQueue: nobodysQueue,
      memo: { [parityRuleMemo]: accepted },
      staticSummary: `${said} · ${accepted.by}`.slice(0, 190),
    }),
  );
  return id;
}

/** Those that hold, oldest first. From the server's lists, which lag a moment. */
export async function listAcceptedRules({
  client,
  connection,
}: TemporalClient): Promise<readonly AcceptedRules[]> {
  const found: AcceptedRules[] = [];
  const query = `WorkflowType = '${parityRuleType}' AND ExecutionStatus = 'Running'`;
  await connection.withDeadline(Date.now() + withinMs, async () => {
    for await (const { workflowId, memo } of client.workflow.list({ query, pageSize: maxAccepted })) {
      const parsed = schema.safeParse(memo?.[parityRuleMemo]);
      if (parsed.success) found.push({ id: workflowId, ...parsed.data });
      if (found.length >= maxAccepted) break;
    }
  });
  return found.toSorted((a, b) => a.at.localeCompare(b.at));
}

/** @returns false where no such rule holds. */
export async function withdrawRules(
  { client, connection }: TemporalClient,
  id: string,
  why: string,
): Promise<boolean> {
  if (!id.startsWith(idPrefix)) return false;
  try {
    await connection.withDeadline(Date.now() + withinMs, () =>
      client.workflow.getHandle(id).terminate(why === '' ? 'withdrawn' : why.slice(0, 1_000)),
    );
    return true;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}
