import { idRanges } from '../grading/id-ranges.js';
import type { StoredSubmission } from '../grading/stored-result.js';
import { isGraded } from '../grading/stored-result.js';
import { countBy } from '../grading/verdict-matrix.js';
import { languages } from '../judging/language.js';
import { languageNamed } from '../judging/language-name.js';
import { maxSubmissionsPerSet } from './rejudge-set.js';

/** Which submissions make up a set: those that match every given list. */
export interface RejudgeCriteria {
  readonly problemIds: readonly number[];
  readonly classIds: readonly number[];
  /** As the caller writes them; all spellings of a language match. */
  readonly languages: readonly string[];
  /** Stored verdicts. */
  readonly verdicts: readonly string[];
  readonly submissionIds: readonly number[];
  /** Handed in at this moment or later. */
  readonly since: Date | null;
  /** Handed in before this moment. */
  readonly until: Date | null;
}

/** Matches every submission. */
export const anySubmission: RejudgeCriteria = {
  problemIds: [],
  classIds: [],
  languages: [],
  verdicts: [],
  submissionIds: [],
  since: null,
  until: null,
};

export interface RejudgeSelection {
  readonly chosen: readonly number[];
  /** How many of the chosen have each stored verdict. */
  readonly verdicts: Readonly<Record<string, number>>;
  /** Left out, and reported: nothing is skipped silently. */
  readonly skipped: readonly { readonly submissionId: number; readonly reason: string }[];
}

/** One more than the maximum is enough to see that the set is too large. */
export const maxCandidates = maxSubmissionsPerSet + 1;

/** A submission without a verdict is being graded by its own workflow. */
export function chooseSubmissions(
  criteria: Pick<RejudgeCriteria, 'submissionIds'>,
  candidates: readonly StoredSubmission[],
): RejudgeSelection {
  const found = new Set(candidates.map(({ submissionId }) => submissionId));
  const missing = [...new Set(criteria.submissionIds)].filter((id) => !found.has(id));
  const graded = candidates.filter(({ status }) => isGraded(status));
  const ungraded = candidates.filter(({ status }) => !isGraded(status));
  return {
    chosen: graded.map(({ submissionId }) => submissionId).sort((a, b) => a - b),
    verdicts: countBy(graded.map(({ status }) => status)),
    skipped: [
      ...ungraded.map(({ submissionId, status }) => ({
        submissionId,
        reason: `it has no verdict yet (${status})`,
      })),
      ...missing.map((submissionId) => ({
        submissionId,
        reason: 'there is no such submission among those selected',
      })),
    ],
  };
}

/** Of the languages as the platform has them stored, those that are meant by `names`, however they are spelled. */
export function spellingsOf(names: readonly string[], stored: readonly string[]): readonly string[] {
  const meant = new Set(names.map(oneSpelling));
  return stored.filter((spelling) => meant.has(oneSpelling(spelling)));
}

function oneSpelling(name: string): string {
  return languageNamed(name) ?? name.trim().toLowerCase();
}

/** The selection in words, for the web UI and lists. */
export function describeCriteria(criteria: RejudgeCriteria): string {
  const list = (word: string, values: readonly string[]) =>
    values.length === 0 ? [] : [`${word} ${shortList(values)}`];
  const ids = (word: string, values: readonly number[]) =>
    values.length === 0 ? [] : [`${word} ${shortRanges(values)}`];
  const parts = [
    ...ids('problem', criteria.problemIds),
    ...ids('class', criteria.classIds),
    ...list('language', criteria.languages),
    ...list('verdict', criteria.verdicts),
    ...ids('submission', criteria.submissionIds),
    ...(criteria.since === null ? [] : [`handed in from ${criteria.since.toISOString()}`]),
    ...(criteria.until === null ? [] : [`handed in before ${criteria.until.toISOString()}`]),
  ];
  return parts.join(', ');
}

export function isEmpty(criteria: RejudgeCriteria): boolean {
  return describeCriteria(criteria) === '';
}

/** For messages. */
export const knownLanguages: readonly string[] = Object.keys(languages);

const maxShown = 10;

/** As they can be given again: `1-5,9`. */
function shortRanges(values: readonly number[]): string {
  const ranges = idRanges(values).split(',');
  const shown = ranges.slice(0, maxShown).join(',');
  return ranges.length > maxShown ? `${shown} and ${ranges.length - maxShown} more ranges` : shown;
}

function shortList(values: readonly string[]): string {
  const shown = values.slice(0, maxShown).join(' or ');
  return values.length > maxShown ? `${shown} or ${values.length - maxShown} more` : shown;
}
