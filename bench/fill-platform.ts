/**
 * Many gradings within minutes: rows in the database, and workflows that the bench itself answers in the server's own protocol,
 * without a worker. Memos, search attributes and results are those of real gradings; histories are shorter.
 */
import { defaultPayloadConverter } from '@temporalio/common';
import protos from '@temporalio/proto';
import pMap from 'p-map';
import type { GradingStack } from '../devstack/stack/grading-stack.js';
import type { SearchAttributeName } from '../domain/grading/grading-workflow.js';
import { gradingQueue } from '../domain/grading/grading-workflow.js';
import { createDatabase } from '../platform/postgres/database.js';
import { createLogger } from '../platform/process/logger.js';
import { Secret } from '../platform/settings/secret.js';
import { loadSettings } from '../platform/settings/settings.js';
import type { TemporalClient } from '../platform/temporal/connection.js';
import { createTemporalClient } from '../platform/temporal/connection.js';
import { createGradingStarter } from '../platform/temporal/grading-starter.js';

export interface PlatformSize {
  /** Gradings that have ended, with a verdict in the database. */
  readonly closed: number;
  /** Gradings that run and wait for a worker. */
  readonly running: number;
}

const log = createLogger({ name: 'bench', level: 'warn', format: 'pretty' });
const startsAtATime = 24;
const pollers = 12;
/** The server itself answers within a minute. */
const pollWithinMs = 70_000;
const maxPollFailures = 100;
/** One in so many failed at the compile step. */
const failedEvery = 200;
const progressEvery = 5000;

/** @throws Error of database or server. */
export async function fillPlatform(
  stack: GradingStack,
  problemId: number,
  { closed, running }: PlatformSize,
  say: (line: string) => void,
): Promise<void> {
  await fillDatabase(stack.places.databaseUrl, problemId, { closed, running });
  const temporal = createTemporalClient({
    ...loadSettings({}).temporal,
    address: stack.places.temporalAddress,
    namespace: stack.places.namespace,
  });
  try {
    const starter = createGradingStarter(temporal, log, { queue: stack.places.queue });
    await starter.prepare();
    const header = { classId: 1, isTest: false, problemTitle: 'Sum', language: 'cpp' };
    const startAll = (after: number, count: number) =>
      pMap(
        Array.from({ length: count }, (_, index) => after + index + 1),
        async (submissionId) => {
          await starter.startGrading({ submissionId, origin: 'bridge', header });
          if (submissionId % progressEvery === 0) say(`${submissionId} gradings`);
        },
        { concurrency: startsAtATime },
      );
    await Promise.all([startAll(0, closed), answerTasks(temporal, closed)]);
    await startAll(closed, running);
  } finally {
    await temporal.close();
  }
}

async function fillDatabase(url: string, problemId: number, { closed, running }: PlatformSize) {
  const database = createDatabase({
    url: new Secret(url),
    applicationName: 'grading-bench',
    log,
    maxConnections: 1,
  });
  try {
    await database.query({
      text: `insert into submissions (id, problem_id, student_id, source_code, language, status, submitted_at, cached_score)
        select id, $1, (select min(id) from users), 'int main(){}', 'cpp',
          case when id <= $2::int then 'Accepted' else 'Pending' end,
          (now() at time zone 'utc') - interval '5 minutes' - ($2::int + $3::int - id) * interval '25 milliseconds', 100
        from generate_series(1, $2::int + $3::int) as id`,
      values: [problemId, closed, running],
    });
    await database.query({
      text: `insert into submission_results (submission_id, test_case_id, status, execution_time_ms, memory_used_kb)
        select id, (select min(id) from test_cases where problem_id = $1), 'Accepted', 1, 3000 from generate_series(1, $2::int) as id`,
      values: [problemId, closed],
    });
    await database.query({ text: 'analyze', values: [] });
  } finally {
    await database.close();
  }
}

/** Answers the first task of so many gradings as a worker would at their end. */
async function answerTasks(temporal: TemporalClient, count: number): Promise<void> {
  const { workflowService } = temporal.connection;
  const namespace = temporal.namespace;
  let answered = 0;
  let failures = 0;
  const poll = async (): Promise<void> => {
    while (answered < count) {
      const task = await temporal.connection
        .withDeadline(Date.now() + pollWithinMs, () =>
          workflowService.pollWorkflowTaskQueue({
            namespace,
            taskQueue: {
              name: gradingQueue,
              kind: protos.temporal.api.enums.v1.TaskQueueKind.TASK_QUEUE_KIND_NORMAL,
            },
            identity: 'bench',
          }),
        )
        .catch((error: unknown) => {
          // Busy: asked again.
          failures += 1;
          if (failures > maxPollFailures) throw error;
        });
      if (task === undefined || task.taskToken.length === 0) continue;
      const id = Number(task.workflowExecution?.workflowId?.split('-')[1]);
      await workflowService.respondWorkflowTaskCompleted({
        namespace,
        taskToken: task.taskToken,
        identity: 'bench',
        commands: id % failedEvery === 0 ? endFailed(id) : endAccepted(id),
      });
      answered += 1;
    }
  };
  await Promise.all(Array.from({ length: Math.min(pollers, count) }, poll));
}

type Command = protos.temporal.api.command.v1.ICommand;
const { CommandType } = protos.temporal.api.enums.v1;

const testLine = '  1  Accepted                1 ms     3000 KB';

function endAccepted(id: number): Command[] {
  return [
    searchable(id, { Verdict: 'Accepted', Score: 100 }),
    memo({ Outcome: 'Accepted · score 100 · 10 of 10 tests accepted', Tests: Array(10).fill(testLine) }),
    {
      commandType: CommandType.COMMAND_TYPE_COMPLETE_WORKFLOW_EXECUTION,
      completeWorkflowExecutionCommandAttributes: {
        result: {
          payloads: [
            payload({
              submissionId: id,
              verdict: 'Accepted',
              score: 100,
              testsAccepted: 10,
              testsTotal: 10,
              tests: Array(10).fill(testLine),
            }),
          ],
        },
      },
    },
  ];
}

function endFailed(id: number): Command[] {
  return [
    searchable(id, { FailedStep: 'compile' }),
    memo({ Outcome: 'failed at step compile' }),
    {
      commandType: CommandType.COMMAND_TYPE_FAIL_WORKFLOW_EXECUTION,
      failWorkflowExecutionCommandAttributes: {
        failure: {
          message: 'Grading ended without a verdict at step compile: the container was lost',
          applicationFailureInfo: { type: 'HostFailure', nonRetryable: true },
        },
      },
    },
  ];
}

function searchable(id: number, values: Partial<Record<SearchAttributeName, string | number>>): Command {
  const all = {
    ProblemId: String(1 + (id % 40)),
    ClassId: '1',
    Language: 'cpp',
    GradingMode: 'stdio',
    ...values,
  };
  return {
    commandType: CommandType.COMMAND_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES,
    upsertWorkflowSearchAttributesCommandAttributes: { searchAttributes: { indexedFields: payloads(all) } },
  };
}

function memo(values: Readonly<Record<string, unknown>>): Command {
  return {
    commandType: CommandType.COMMAND_TYPE_MODIFY_WORKFLOW_PROPERTIES,
    modifyWorkflowPropertiesCommandAttributes: { upsertedMemo: { fields: payloads(values) } },
  };
}

function payloads(values: Readonly<Record<string, unknown>>) {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, payload(value)]));
}

function payload(value: unknown) {
  return defaultPayloadConverter.toPayload(value);
}
