import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { quarantineQueue } from '../../bridge/quarantine.js';
import type { StackPlaces } from '../../devstack/stack/grading-stack.js';
import { gradeSubmissionType } from '../../domain/grading/grading-workflow.js';
import { connectBroker } from '../../platform/amqp/broker-connection.js';
import { Secret } from '../../platform/settings/secret.js';
import { loadSettings } from '../../platform/settings/settings.js';
import { createTemporalClient } from '../../platform/temporal/connection.js';
import { connectDocker, dockerAddress } from '../../sandbox/docker.js';
import type { Delivery } from './faulty-backend.js';
import type { AcceptedSubmission, Ledger } from './ledger.js';
import { balance } from './ledger.js';
import type { ChaosProgram, ProgramName } from './programs.js';
import { programs } from './programs.js';
import type { Regraded } from './regrades.js';
import { verdictOf, versionedResult } from './regrades.js';

/** A busy host lets nobody in for a while; the run must not end by that. */
export const connectWithinMs = 120_000;

export interface Verdict {
  readonly verdict: string;
  readonly results: readonly string[];
}

interface StoredVerdict extends Verdict {
  /** What the program printed, in the order of the results. */
  readonly outputs: readonly (string | null)[];
}

/** What the database says of every submission there is. */
export async function readStored(databaseUrl: string): Promise<Map<number, StoredVerdict>> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: connectWithinMs });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query<{
      id: number;
      status: string;
      results: string[];
      outputs: (string | null)[];
    }>(
      `select s.id, s.status, coalesce(array_agg(r.status order by r.test_case_id, r.id) filter (where r.id is not null), '{}') as results,
          coalesce(array_agg(r.output_received order by r.test_case_id, r.id) filter (where r.id is not null), '{}') as outputs
        from submissions s left join submission_results r on r.submission_id = s.id group by s.id order by s.id`,
    );
    return new Map(
      rows.map(({ id, status, results, outputs }) => [id, { verdict: status, results, outputs }]),
    );
  } finally {
    await client.end();
  }
}

/** Every verdict the backend was told, in order, from its log. */
function readDelivered(logDirectory: string): Map<number, Verdict[]> {
  const delivered = new Map<number, Verdict[]>();
  for (const line of readFileSync(join(logDirectory, 'backend.log'), 'utf8').split('\n')) {
    if (!line.includes('"result received"')) continue;
    const entry = JSON.parse(line) as { submissionId: number; verdict: string; statuses: string[] };
    const list = delivered.get(entry.submissionId) ?? [];
    list.push({ verdict: entry.verdict, results: entry.statuses });
    delivered.set(entry.submissionId, list);
  }
  return delivered;
}

/** Takes what is in the quarantine, and counts what is left in the queue itself. */
async function readQueues(amqpUrl: string, queue: string): Promise<{ quarantined: string[]; left: number }> {
  const connection = await connectBroker(new Secret(amqpUrl), 'chaos');
  try {
    const channel = await connection.createChannel();
    const { messageCount: left } = await channel.assertQueue(queue, { durable: true });
    await channel.assertQueue(quarantineQueue(queue), { durable: true });
    const quarantined: string[] = [];
    for (;;) {
      const message = await channel.get(quarantineQueue(queue), { noAck: true });
      if (message === false) break;
      quarantined.push(message.content.toString('utf8'));
    }
    return { quarantined, left };
  } finally {
    await connection.close();
  }
}

/** Waits for the gradings to close, as the verdict is in the database before the backend is told. */
export async function closedWorkflows(
  places: StackPlaces,
  patienceMs: number,
): Promise<{ open: number; failed: readonly number[] }> {
  const temporal = createTemporalClient({
    ...loadSettings({}).temporal,
    address: places.temporalAddress,
    namespace: places.namespace,
  });
  try {
    const ofType = `WorkflowType = "${gradeSubmissionType}"`;
    const count = async (status: string) =>
      (await temporal.client.workflow.count(`${ofType} AND ExecutionStatus = "${status}"`)).count;
    const deadline = Date.now() + patienceMs;
    let open = await count('Running');
    while (open > 0 && Date.now() < deadline) {
      await sleep(1_000);
      open = await count('Running');
    }
    const failed: number[] = [];
    for await (const { workflowId } of temporal.client.workflow.list({
      query: `${ofType} AND ExecutionStatus = "Failed"`,
    })) {
      failed.push(Number(workflowId.replace(/^grade-/, '')));
    }
    return { open, failed };
  } finally {
    await temporal.close();
  }
}

/** Ids of the sandbox containers of this run, running or not. */
export async function listContainers(places: StackPlaces): Promise<readonly string[]> {
  const containers = await connectDocker(dockerAddress(places.dockerHost), 10_000).listContainers({
    all: true,
  });
  return containers
    .filter(({ Labels }) => Labels['temporal-grading-engine.owner']?.startsWith(places.queue))
    .map(({ Id }) => Id);
}

/** @returns how many have no verdict when the time is over. */
export async function untilFinal(
  databaseUrl: string,
  ids: readonly number[],
  patienceMs: number,
): Promise<number> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const stored = await readStored(databaseUrl);
    const waiting = ids.filter((id) => ['Pending', 'Running', undefined].includes(stored.get(id)?.verdict));
    if (waiting.length === 0 || Date.now() > deadline) return waiting.length;
    await sleep(1_000);
  }
}

/** What was handed in and how the run went, as the run itself knows it. */
export interface RunEnded {
  readonly accepted: ReadonlyMap<number, ProgramName>;
  /** Those whose test changed, and what the backend was told of them. */
  readonly regraded?: readonly Regraded[];
  readonly deliveries?: readonly Delivery[];
  readonly badMessages: readonly string[];
  readonly workflows: { readonly open: number; readonly failed: readonly number[] };
  /** Ends of our processes that nobody asked for. */
  readonly crashes: number;
}

/** The ledger of a run whose processes are stopped, from what the services say. Empties the quarantine. */
export async function drawLedger(
  places: StackPlaces,
  { accepted, regraded = [], deliveries = [], badMessages, workflows, crashes }: RunEnded,
): Promise<Ledger> {
  const stored = await readStored(places.databaseUrl);
  const delivered = readDelivered(places.logDirectory);
  const queues = await readQueues(places.amqpUrl, places.queue);
  return balance({
    submissions: [
      ...[...accepted].map(([id, program]) => accountedFor(id, program, stored, delivered)),
      ...regraded.map((each) => accountedAgain(each, stored, deliveries)),
    ],
    badMessages,
    quarantined: queues.quarantined,
    unacknowledged: stored.size - accepted.size - regraded.length,
    leftMessages: queues.left,
    leftContainers: (await listContainers(places)).length,
    openWorkflows: workflows.open,
    failedGradings: workflows.failed,
    crashes,
  });
}

/** What a submission should have become, beside what it did. */
function accountedFor(
  id: number,
  program: ProgramName,
  stored: ReadonlyMap<number, Verdict>,
  delivered: ReadonlyMap<number, readonly Verdict[]>,
): AcceptedSubmission {
  const { verdict, results }: ChaosProgram = programs[program];
  return {
    id,
    program,
    expected: { verdict, results },
    stored: stored.get(id) ?? { verdict: 'Pending', results: [] },
    delivered: delivered.get(id) ?? [],
  };
}

/** The same of one whose test changed: each result says which version was judged. */
function accountedAgain(
  { id, version }: Regraded,
  stored: ReadonlyMap<number, StoredVerdict>,
  deliveries: readonly Delivery[],
): AcceptedSubmission {
  const { verdict, results, outputs } = stored.get(id) ?? { verdict: 'Pending', results: [], outputs: [] };
  return {
    id,
    program: `published ${version + 1} times`,
    expected: verdictOf(version),
    stored: {
      verdict,
      results: results.map((status, index) => versionedResult(status, outputs[index] ?? null)),
    },
    delivered: deliveries
      .filter((delivery) => delivery.id === id)
      .map((delivery) => ({
        verdict: delivery.verdict,
        results: delivery.results.map(({ status, output }) => versionedResult(status, output)),
      })),
    versions: Array.from({ length: version + 1 }, (_, index) => verdictOf(index)),
  };
}
