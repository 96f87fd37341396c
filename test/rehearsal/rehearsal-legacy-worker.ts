import type { Database } from '../../platform/postgres/database.js';
import type { ResultBody } from '../../reference-backend/bodies.js';
import { storeVerdict } from '../../reference-backend/store-verdict.js';
import type { LegacyWorker } from '../stand-ins/legacy-worker.js';
import { startLegacyWorker } from '../stand-ins/legacy-worker.js';

export interface RehearsalLegacyWorkerOptions {
  readonly amqpUrl: string;
  readonly queue: string;
  readonly database: Database;
  readonly verdictOf: (submissionId: number) => ResultBody;
}

/** A legacy worker that cannot grade, but knows what each program of the rehearsal gets. */
export function startRehearsalLegacyWorker({
  amqpUrl,
  queue,
  database,
  verdictOf,
}: RehearsalLegacyWorkerOptions): LegacyWorker {
  return startLegacyWorker({
    amqpUrl,
    queue,
    gradeMs: 800,
    onGraded: (id) => storeVerdict(database, id, verdictOf(id)),
  });
}

/** As `known`, but the first test went another way, and with it the verdict. */
export function differently(known: ResultBody): ResultBody {
  const [first, ...others] = known.results;
  if (first === undefined || (first.test_case_id ?? null) === null) return known;
  const status = first.status === 'Accepted' ? 'Wrong Answer' : 'Accepted';
  return { overall_status: 'Wrong Answer', results: [{ ...first, status }, ...others] };
}
