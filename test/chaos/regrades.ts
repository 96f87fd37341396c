import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { createBackendApi } from '../../devstack/stack/backend-api.js';
import type { PlannedRegrade } from './schedule.js';
import { publishUntilAccepted, submitUntilAccepted } from './submit.js';

/**
 * A submission whose test changes while it is graded. The test of version n has n for its input, and expects what the
 * program prints in none, as only then a result keeps it; where n is odd, the program fails after it. So each result shows which
 * version was judged.
 */
export interface Regraded {
  readonly id: number;
  /** Of the test as the last accepted message found it. */
  readonly version: number;
}

/** What a grading of that version says, in the words of `versionedResult`. */
export function verdictOf(version: number): {
  readonly verdict: string;
  readonly results: readonly string[];
} {
  const verdict = version % 2 === 0 ? 'Wrong Answer' : 'Runtime Error';
  return { verdict, results: [versionedResult(verdict, `v${version}`)] };
}

export function versionedResult(status: string, output: string | null): string {
  return `${status} of ${output?.trim() || 'nothing'}`;
}

interface Places {
  readonly backendUrl: string;
  readonly databaseUrl: string;
  readonly onAccepted: (id: number) => void;
}

/** Hands it in, then changes the test and publishes the id again, each until the platform has it. */
export async function submitAndAskAgain(
  { gapsMs, sleepMs }: PlannedRegrade,
  mark: number,
  { backendUrl, databaseUrl, onAccepted }: Places,
): Promise<Regraded> {
  const problem = await persistently(() =>
    createBackendApi(backendUrl).createProblem({
      title: `Chaos: a test that changes (${mark})`,
      time_limit_ms: 2_000,
      test_cases: [{ input_data: '0\n', expected_output: 'another\n' }],
    }),
  );
  const id = await submitUntilAccepted(backendUrl, {
    problem_id: problem,
    language: 'python',
    source_code: `# changes ${mark}\nimport time\nversion = input()\ntime.sleep(${sleepMs / 1000})\nprint('v' + version)\nif int(version) % 2: raise SystemExit(3)\n`,
  });
  onAccepted(id);
  for (const [index, gapMs] of gapsMs.entries()) {
    await sleep(gapMs);
    await persistently(() => changeTest(databaseUrl, problem, id, index + 1));
    await publishUntilAccepted(backendUrl, id);
    onAccepted(id);
  }
  return { id, version: gapsMs.length };
}

/** As a teacher's script does it: the test, and the submission back to Pending. */
async function changeTest(url: string, problem: number, id: number, version: number): Promise<void> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: 5_000,
    statement_timeout: 20_000,
  });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query('begin');
    await client.query('update test_cases set input_data = $2 where problem_id = $1', [
      problem,
      `${version}\n`,
    ]);
    await client.query("update submissions set status = 'Pending' where id = $1", [id]);
    await client.query('commit');
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function persistently<Result>(work: () => Promise<Result>): Promise<Result> {
  const deadline = Date.now() + 600_000;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await sleep(500);
    }
  }
}
