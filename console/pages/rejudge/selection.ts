import type { CommandContext } from '../../../cli/context.js';
import type { RejudgeCriteria, RejudgeSelection } from '../../../domain/rejudge/rejudge-selection.js';
import { anySubmission, chooseSubmissions, isEmpty } from '../../../domain/rejudge/rejudge-selection.js';
import { maxSubmissionsPerSet } from '../../../domain/rejudge/rejudge-set.js';
import { findRejudgeCandidates } from '../../../platform/postgres/rejudge-store.js';
import { FormError } from '../../routes.js';

export const criteriaNames = ['problem', 'class', 'language', 'verdict', 'ids'] as const;

/** What a form or an address says. @throws FormError */
export function criteriaOf(form: URLSearchParams): RejudgeCriteria {
  const given = (name: (typeof criteriaNames)[number]): readonly string[] => {
    const text = form.get(name)?.trim() ?? '';
    return text === '' ? [] : [text];
  };
  const criteria = {
    ...anySubmission,
    problemIds: given('problem').map(numberOf),
    classIds: given('class').map(numberOf),
    languages: given('language'),
    verdicts: given('verdict'),
    submissionIds: given('ids').flatMap(idsOf),
  };
  if (isEmpty(criteria)) throw new FormError('Say which submissions.');
  return criteria;
}

/** @throws FormError where it is none, or too many. */
export async function selectFor(
  { database }: Pick<CommandContext, 'database'>,
  criteria: RejudgeCriteria,
): Promise<RejudgeSelection> {
  const selection = chooseSubmissions(criteria, await findRejudgeCandidates(database, criteria));
  if (selection.chosen.length + selection.skipped.length > maxSubmissionsPerSet) {
    throw new FormError(`That is more than ${maxSubmissionsPerSet} submissions, the most one set may have.`);
  }
  return selection;
}

function numberOf(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new FormError(`A number is wanted, not "${text.slice(0, 40)}".`);
}

function idsOf(text: string): readonly number[] {
  return text.split(/[\s,]+/).flatMap((part) => {
    const [, first, last] = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(part) ?? [];
    const [from, to] = [Number(first), Number(last ?? first)];
    if (first === undefined || to < from || to - from > maxSubmissionsPerSet) {
      throw new FormError(
        `Submissions are numbers and ranges, such as 3,7,100-120; not "${part.slice(0, 40)}".`,
      );
    }
    return Array.from({ length: to - from + 1 }, (_, index) => from + index);
  });
}
