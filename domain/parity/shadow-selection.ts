import type { Share } from '../grading/share.js';
import { shareSteps } from '../grading/share.js';
import { isInShare } from '../grading/share-hash.js';
import type { StoredSubmission } from '../grading/stored-result.js';
import { isGraded } from '../grading/stored-result.js';
import type { ShadowCandidate } from './shadow-set.js';

export interface ShadowSelection {
  readonly chosen: readonly ShadowCandidate[];
  readonly skipped: readonly { readonly submissionId: number; readonly reason: string }[];
}

/** What becomes of the submissions found. `share` silently drops those outside the sample. */
export function chooseForShadow(
  found: readonly StoredSubmission[],
  options: {
    readonly ids: readonly number[];
    readonly share: Share;
    readonly salt: string;
    /** Submissions we graded: comparing us with ourselves would say nothing. */
    readonly gradedByUs: ReadonlySet<number>;
  },
): ShadowSelection {
  const { ids, share, salt, gradedByUs } = options;
  const sample = found.filter(
    ({ submissionId }) => share === shareSteps || isInShare(submissionId, share, salt, 'shadow'),
  );
  const known = new Set(found.map(({ submissionId }) => submissionId));
  const reasonAgainst = ({ submissionId, status }: StoredSubmission): string | undefined => {
    if (gradedByUs.has(submissionId)) return 'it was graded by us, or is being graded';
    // A named submission may be one whose result the legacy worker lost.
    return isGraded(status) || ids.includes(submissionId) ? undefined : `it has no verdict yet (${status})`;
  };
  return {
    chosen: sample
      .filter((candidate) => reasonAgainst(candidate) === undefined)
      .map(({ submissionId, classId }) => ({ submissionId, classId })),
    skipped: [
      ...sample.flatMap((candidate) => {
        const reason = reasonAgainst(candidate);
        return reason === undefined ? [] : [{ submissionId: candidate.submissionId, reason }];
      }),
      ...ids
        .filter((id) => !known.has(id))
        .map((submissionId) => ({
          submissionId,
          reason: 'there is no such submission among those selected',
        })),
    ],
  };
}
