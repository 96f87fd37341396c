import type { RejudgeStore } from '../../activities/rejudge-dependencies.js';
import type { StoredSubmission } from '../../domain/grading/stored-result.js';
import type { RejudgeCriteria } from '../../domain/rejudge/rejudge-selection.js';
import { maxCandidates, spellingsOf } from '../../domain/rejudge/rejudge-selection.js';
import type { Database } from './database.js';
import { recordIfUnchanged } from './record-if-unchanged.js';
import type { RecordMode } from './record-result.js';
import { createColumnReader } from './schema-columns.js';
import { createStorableCharacters } from './storable-characters.js';
import { loadStoredResults } from './stored-results.js';

/** What a rejudging reads from the platform's tables, and the one thing it writes. */
export function createRejudgeStore(
  database: Database,
  options: { readonly recordResult: RecordMode },
): RejudgeStore {
  const columnReader = createColumnReader(database);
  const characters = createStorableCharacters(database);
  return {
    loadStoredResults: (submissionIds) =>
      columnReader.using((columns) => loadStoredResults(database, submissionIds, columns)),
    recordIfUnchanged: (submissionId, fingerprint, result) =>
      columnReader.using(async (columns) =>
        recordIfUnchanged(database, submissionId, fingerprint, await characters.asStored(result), {
          mode: options.recordResult,
          columns,
        }),
      ),
  };
}

/** Those that meet the criteria, by id; cut where there are more than a set may have, or than `atMost`. */
export async function findRejudgeCandidates(
  database: Database,
  criteria: RejudgeCriteria,
  atMost = maxCandidates,
): Promise<StoredSubmission[]> {
  const orNull = <Value>(values: readonly Value[]) => (values.length === 0 ? null : values);
  return database.query<StoredSubmission>({
    text: `select s.id as "submissionId", p.class_id as "classId", coalesce(s.status, 'Pending') as status
      from submissions s join problems p on p.id = s.problem_id
      where ($1::bigint[] is null or s.problem_id = any($1))
        and ($2::bigint[] is null or p.class_id = any($2))
        and ($3::text[] is null or s.language = any($3))
        and ($4::text[] is null or s.status = any($4))
        and ($5::bigint[] is null or s.id = any($5))
        and ($6::timestamp is null or s.submitted_at >= $6)
        and ($7::timestamp is null or s.submitted_at < $7)
      order by s.id limit $8`,
    values: [
      orNull(criteria.problemIds),
      orNull(criteria.classIds),
      criteria.languages.length === 0
        ? null
        : spellingsOf(criteria.languages, await storedLanguages(database)),
      orNull(criteria.verdicts),
      orNull(criteria.submissionIds),
      utc(criteria.since),
      utc(criteria.until),
      atMost,
    ],
  });
}

async function storedLanguages(database: Database): Promise<string[]> {
  const rows = await database.query<{ language: string }>({
    text: 'select distinct language from submissions',
    values: [],
  });
  return rows.map(({ language }) => language);
}

/** `submitted_at` is UTC without a zone (contract §3). */
function utc(moment: Date | null): string | null {
  return moment === null ? null : moment.toISOString().replace('Z', '');
}
