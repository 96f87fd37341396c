import { Client, Connection } from '@temporalio/client';
import pg from 'pg';
import type { RejudgeRow } from '../../../domain/rejudge/rejudge-comparison.js';
import type { RejudgeSelection } from '../../../domain/rejudge/rejudge-selection.js';
import type { RejudgeSummary } from '../../../domain/rejudge/rejudge-set.js';
import { runGrader } from '../grader-command.js';
import type { TestStack } from '../grading/stack-fixture.js';
import { createTestStack } from '../grading/stack-fixture.js';

/** A stack, its database, and the `grader` command as an operator types it. */
export interface RejudgeStack {
  readonly stack: TestStack;
  readonly database: pg.Client;
  readonly temporal: Client;
  /** Rejects with what the command printed when it fails. */
  grader(...words: readonly string[]): Promise<string>;
  create(...words: readonly string[]): Promise<RejudgeSelection & { readonly set: string }>;
  show(set: string, ...words: readonly string[]): Promise<ShownSet>;
  /** Everything the platform has stored of a problem's submissions, row ids included. */
  stored(problemId: number): Promise<unknown>;
  stop(): Promise<void>;
}

export interface ShownSet {
  readonly summary: RejudgeSummary;
  readonly rows: readonly RejudgeRow[];
  readonly total: number;
}

export async function startRejudgeStack(settings: Record<string, string> = {}): Promise<RejudgeStack> {
  const stack = await createTestStack(settings);
  await Promise.all([stack.start('backend'), stack.start('worker'), stack.start('bridge')]);
  const database = new pg.Client({ connectionString: stack.places.databaseUrl });
  await database.connect();
  const connection = await Connection.connect({ address: stack.places.temporalAddress });
  const temporal = new Client({ connection, namespace: stack.places.namespace });
  const grader = (...words: readonly string[]) => run(stack, words);
  return {
    stack,
    database,
    temporal,
    grader,
    create: async (...words) => JSON.parse(await grader('rejudge', 'create', '--json', ...words)),
    show: async (set, ...words) => JSON.parse(await grader('rejudge', 'show', set, '--json', ...words)),
    stored: (problemId) => stored(database, problemId),
    async stop() {
      await database.end();
      await connection.close();
      await stack.stop();
    },
  };
}

async function run(stack: TestStack, words: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await runGrader(words, stack.environment);
  if (status !== 0) throw new Error(`${stdout}${stderr}`);
  return stdout;
}

async function stored(database: pg.Client, problemId: number): Promise<unknown> {
  const submissions = await database.query(
    'select id, status, cached_score from submissions where problem_id = $1 order by id',
    [problemId],
  );
  const results = await database.query(
    `select r.* from submission_results r join submissions s on s.id = r.submission_id
      where s.problem_id = $1 order by r.id`,
    [problemId],
  );
  return { submissions: submissions.rows, results: results.rows };
}
