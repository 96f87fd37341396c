import type { Share } from '../domain/grading/share.js';
import { shareSteps } from '../domain/grading/share.js';
import { isInShare } from '../domain/grading/share-hash.js';
import type { ShadowSelection } from '../domain/parity/shadow-selection.js';
import { chooseForShadow } from '../domain/parity/shadow-selection.js';
import type { ShadowCandidate, ShadowSweep } from '../domain/parity/shadow-set.js';
import { anySubmission } from '../domain/rejudge/rejudge-selection.js';
import type { Database } from './postgres/database.js';
import { findRejudgeCandidates } from './postgres/rejudge-store.js';
import type { TemporalClient } from './temporal/connection.js';
import { gradedHere, shadowedHere } from './temporal/known-gradings.js';

export interface ShadowSources {
  readonly database: Database;
  readonly temporal: TemporalClient;
}

/** More than a sweep's window holds on the largest platform we know of. */
const maxCandidatesRead = 100_000;

/** What a person names: by ids, by time, or both. */
export async function selectForShadow(
  { database, temporal }: ShadowSources,
  options: {
    readonly ids: readonly number[];
    readonly since: Date | null;
    readonly share: Share;
    readonly salt: string;
  },
): Promise<ShadowSelection> {
  const found = await findRejudgeCandidates(
    database,
    { ...anySubmission, submissionIds: options.ids, since: options.since },
    maxCandidatesRead,
  );
  const inSample = found.filter(({ submissionId }) => isSampled(submissionId, options));
  const gradedByUs = await gradedHere(
    temporal,
    inSample.map(({ submissionId }) => submissionId),
  );
  return chooseForShadow(found, { ...options, gradedByUs });
}

/** What a sweep takes: finished, in the share, graded by somebody else, not shadowed yet; oldest first. */
export async function findForSweep(
  { database, temporal }: ShadowSources,
  { share, salt, lookBackMs, atMost }: ShadowSweep,
  now: Date,
): Promise<readonly ShadowCandidate[]> {
  const since = new Date(now.getTime() - lookBackMs);
  const { chosen } = await selectForShadow({ database, temporal }, { ids: [], since, share, salt });
  const done = await shadowedHere(
    temporal,
    chosen.map(({ submissionId }) => submissionId),
  );
  return chosen.filter(({ submissionId }) => !done.has(submissionId)).slice(0, atMost);
}

function isSampled(submissionId: number, { share, salt }: { share: Share; salt: string }): boolean {
  return share === shareSteps || isInShare(submissionId, share, salt, 'shadow');
}
