import { z } from 'zod';
import { gradingQueue } from '../../domain/grading/grading-workflow.js';
import type { ParityExplanation, ShadowGrading } from '../../domain/parity/parity-report.js';
import type { ShadowRecord } from '../../domain/parity/shadow-record.js';
import {
  parityNoteMemo,
  parityNoteType,
  parityNoteWorkflowId,
  shadowCompareType,
  shadowRecordMemo,
} from '../../domain/parity/shadow-set.js';
import type { TemporalClient } from './connection.js';

const timeoutMs = 30_000;

const side = z.tuple([
  z.number(),
  z.string().nullable(),
  z.string().nullable(),
  z.number().nullable(),
  z.number().nullable(),
  z.number().nullable(),
  z.number().nullable(),
]);
const recordSchema = z.object({
  submissionId: z.int(),
  problemTitle: z.string(),
  language: z.string(),
  gradingMode: z.string(),
  limits: z.object({ timeMs: z.number(), memoryKb: z.number() }).nullable(),
  theirs: z.object({ status: z.string(), score: z.number(), fingerprint: z.string() }),
  ours: z.object({ verdict: z.string(), score: z.number() }).nullable(),
  failure: z.string().nullable(),
  tests: z.array(side),
  testsTotal: z.int(),
}) satisfies z.ZodType<ShadowRecord>;
const explanationSchema = z.object({
  submissionId: z.int(),
  difference: z.string(),
  note: z.string(),
  by: z.string(),
  at: z.string(),
}) satisfies z.ZodType<ParityExplanation>;

/**
 * Shadow gradings that finished since then, oldest first, from their memos. Needs no worker.
 * @param atMost takes the latest.
 */
export async function listShadowGradings(
  { client, connection }: TemporalClient,
  since: Date,
  atMost: number,
): Promise<ShadowGrading[]> {
  const gradings: ShadowGrading[] = [];
  const query = `WorkflowType = '${shadowCompareType}' AND CloseTime >= '${since.toISOString()}'`;
  await connection.withDeadline(Date.now() + timeoutMs, async () => {
    for await (const { memo, workflowId, runId, closeTime } of client.workflow.list({
      query,
      pageSize: 500,
    })) {
      const parsed = recordSchema.safeParse(memo?.[shadowRecordMemo]);
      // A cancelled one has no record.
      if (parsed.success && closeTime !== undefined) {
        gradings.push({ record: parsed.data, workflowId, runId, at: closeTime.toISOString() });
      }
      if (gradings.length >= atMost) break;
    }
  });
  return gradings.sort((a, b) => a.at.localeCompare(b.at));
}

/** Oldest first. */
export async function listExplanations({ client, connection }: TemporalClient): Promise<ParityExplanation[]> {
  const explanations: ParityExplanation[] = [];
  const query = `WorkflowType = '${parityNoteType}'`;
  await connection.withDeadline(Date.now() + timeoutMs, async () => {
    for await (const { memo } of client.workflow.list({ query, pageSize: 500 })) {
      const parsed = explanationSchema.safeParse(memo?.[parityNoteMemo]);
      if (parsed.success) explanations.push(parsed.data);
    }
  });
  return explanations.sort((a, b) => a.at.localeCompare(b.at));
}

/** Durable on return; a later note on the same difference replaces it. */
export async function explain(
  { client, connection }: TemporalClient,
  explanation: ParityExplanation,
): Promise<void> {
  await connection.withDeadline(Date.now() + timeoutMs, () =>
    client.workflow.start(parityNoteType, {
      workflowId: parityNoteWorkflowId(explanation.submissionId),
      taskQueue: gradingQueue,
      args: [explanation],
      memo: { [parityNoteMemo]: explanation },
      workflowIdConflictPolicy: 'TERMINATE_EXISTING',
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      staticSummary: `#${explanation.submissionId} · ${explanation.by}: ${explanation.note}`.slice(0, 190),
    }),
  );
}
