import type { AcceptedRules } from '../../domain/parity/accepted-rules.js';
import { describeRule, maxAccepted, rulesCovering } from '../../domain/parity/accepted-rules.js';
import { acceptRules, listAcceptedRules, withdrawRules } from '../../platform/temporal/accepted-rules.js';
import { NotThereError, UsageError } from '../../platform/terminal/usage-error.js';
import type { CommandContext } from '../context.js';
import { differingRow } from './explain-difference.js';

interface Accepting {
  readonly submissionId: number;
  readonly why: string;
  readonly by: string;
}

/** Accepts the difference of a submission for all that differ alike. @throws UsageError where no rule can cover it. */
export async function acceptDifference(
  context: Pick<CommandContext, 'temporal' | 'settings'>,
  { submissionId, why, by }: Accepting,
): Promise<AcceptedRules> {
  const row = await differingRow(context, submissionId);
  const reason = why.trim().slice(0, 200);
  if (reason === '') throw new UsageError('--why is empty: say why such differences are accepted.');
  if (row.class === 'ignored') {
    throw new UsageError(`A rule covers submission ${submissionId} already: ${row.reason ?? ''}`);
  }
  const rules = rulesCovering(row, reason);
  if (rules === undefined) {
    throw new UsageError(
      `No rule can cover submission ${submissionId}: rules are about pairs of statuses. Explain it instead: grader parity explain ${submissionId} --note TEXT`,
    );
  }
  if ((await listAcceptedRules(context.temporal)).length >= maxAccepted) {
    throw new UsageError(
      `${maxAccepted} are accepted already. Withdraw some, or write them down as rules of PARITY_RULES: docs/parity-rules.yaml`,
    );
  }
  const accepted = { submissionId, rules, by, at: new Date().toISOString() };
  return { id: await acceptRules(context.temporal, accepted), ...accepted };
}

/** @throws UsageError where it does not hold. */
export async function withdrawAccepted(
  { temporal }: Pick<CommandContext, 'temporal'>,
  id: string,
  why: string,
): Promise<void> {
  if (await withdrawRules(temporal, id, why)) return;
  throw new NotThereError(`No accepted rule is called ${id.slice(0, 80)}. See: grader parity rules`);
}

export function describeAccepted({ rules }: Pick<AcceptedRules, 'rules'>): string {
  return rules.map(describeRule).join('; ');
}
