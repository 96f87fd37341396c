import { renderTable } from '../../platform/terminal/table.js';

/** A submission the backend has taken, and what became of it. */
export interface AcceptedSubmission {
  readonly id: number;
  readonly program: string;
  readonly expected: { readonly verdict: string; readonly results: readonly string[] };
  /** What the platform's database says at the end. */
  readonly stored: { readonly verdict: string; readonly results: readonly string[] };
  /** Verdicts the backend was told, in the order in which they came. */
  readonly delivered: readonly { readonly verdict: string; readonly results: readonly string[] }[];
  /**
   * Verdicts of the versions of its test, oldest first, where the test was changed and the id published again; the
   * expected one is the last.
   */
  readonly versions?: readonly { readonly verdict: string; readonly results: readonly string[] }[];
}

export interface ChaosFacts {
  readonly submissions: readonly AcceptedSubmission[];
  /** Bodies of the bad messages the broker has taken. */
  readonly badMessages: readonly string[];
  /** Bodies in the quarantine queue; the same one may stand there twice. */
  readonly quarantined: readonly string[];
  /** Rows nobody was told of: their request failed, and was made again. */
  readonly unacknowledged: number;
  readonly leftMessages: number;
  readonly leftContainers: number;
  readonly openWorkflows: number;
  /** Submissions whose grading failed. */
  readonly failedGradings: readonly number[];
  /** Ends of our processes that no fault asked for. */
  readonly crashes: number;
}

export interface Ledger {
  readonly accepted: number;
  readonly final: number;
  readonly quarantined: number;
  /** Messages that asked for another grading; their submission counts once. */
  readonly regrades: number;
  readonly lost: readonly string[];
  /** A verdict of a test as it was before the last message, at the end or after a newer one. */
  readonly stale: readonly string[];
  readonly wrong: readonly string[];
  readonly doubleFinals: readonly string[];
  /** Submissions whose verdict came more than once, the same each time. */
  readonly duplicates: readonly string[];
  readonly facts: ChaosFacts;
}

export function balance(facts: ChaosFacts): Ledger {
  const quarantined = new Set(facts.quarantined);
  const lost: string[] = [];
  const wrong: string[] = [];
  const stale: string[] = [];
  const doubleFinals: string[] = [];
  const duplicates: string[] = [];
  for (const submission of facts.submissions) {
    const { expected, stored, delivered } = submission;
    const name = `#${submission.id} (${submission.program})`;
    const told = new Set(delivered.map(text));
    if (!isFinal(stored.verdict)) lost.push(`${name}: ${stored.verdict}`);
    else if (delivered.length === 0) lost.push(`${name}: the backend was never told`);
    else if (text(stored) !== text(expected)) wrong.push(`${name}: ${text(stored)}, not ${text(expected)}`);
    if (submission.versions !== undefined) {
      const why = whatIsStale(submission.versions, delivered);
      if (why !== undefined) stale.push(`${name}: ${why}`);
    } else if (told.size > 1) doubleFinals.push(`${name}: ${[...told].join(' and ')}`);
    else if (delivered.length > 1) duplicates.push(`${name}: ${delivered.length} times`);
  }
  for (const body of facts.badMessages) {
    if (!quarantined.has(body)) lost.push(`bad message ${body}`);
  }
  for (const id of facts.failedGradings) wrong.push(`#${id}: its grading failed`);
  const unexpected = [...quarantined].filter((body) => !facts.badMessages.includes(body));
  wrong.push(...unexpected.map((body) => `in quarantine without a reason: ${body}`));
  const final = facts.submissions.length - lost.filter((entry) => entry.startsWith('#')).length;
  return {
    accepted: facts.submissions.length + facts.badMessages.length,
    final,
    quarantined: facts.badMessages.filter((body) => quarantined.has(body)).length,
    regrades: facts.submissions.reduce((sum, { versions = [] }) => sum + Math.max(0, versions.length - 1), 0),
    lost,
    stale,
    wrong,
    doubleFinals,
    duplicates,
    facts,
  };
}

export function isBalanced(ledger: Ledger): boolean {
  const { facts } = ledger;
  return (
    ledger.accepted === ledger.final + ledger.quarantined &&
    [ledger.lost, ledger.stale, ledger.wrong, ledger.doubleFinals].every((list) => list.length === 0) &&
    [facts.leftContainers, facts.leftMessages, facts.openWorkflows].every((count) => count === 0)
  );
}

export function renderLedger(ledger: Ledger): string {
  const { facts } = ledger;
  const rows = [
    ['accepted', ledger.accepted],
    ['= final', ledger.final],
    ['+ quarantined', ledger.quarantined],
    ['regrades asked for', ledger.regrades],
    ['lost', ledger.lost.length],
    ['stale verdicts', ledger.stale.length],
    ['wrong verdicts', ledger.wrong.length],
    ['double finals', ledger.doubleFinals.length],
    ['the same verdict again', ledger.duplicates.length],
    ['rows nobody was told of', facts.unacknowledged],
    ['leftover containers', facts.leftContainers],
    ['leftover messages', facts.leftMessages],
    ['open gradings', facts.openWorkflows],
    ['crashes no fault asked for', facts.crashes],
  ] as const;
  const lists = [
    ['lost', ledger.lost],
    ['stale', ledger.stale],
    ['wrong', ledger.wrong],
    ['double final', ledger.doubleFinals],
    ['again', ledger.duplicates],
  ] as const;
  return [
    renderTable(
      ['ledger', ''],
      rows.map(([name, count]) => [name, String(count)]),
    ),
    ...lists.flatMap(([name, entries]) => entries.map((entry) => `${name}: ${entry}`)),
    isBalanced(ledger) ? 'The ledger balances.' : 'The ledger does NOT balance.',
  ].join('\n');
}

/** Versions may be skipped and told twice, but none comes after a newer one, and the newest is the last. */
function whatIsStale(
  versions: readonly { readonly verdict: string; readonly results: readonly string[] }[],
  delivered: readonly { readonly verdict: string; readonly results: readonly string[] }[],
): string | undefined {
  const known = versions.map(text);
  const told = delivered.map((each) => known.indexOf(text(each)));
  const shown = `told ${delivered.map(text).join(', then ')}`;
  if (told.includes(-1)) return `${shown}, which no version of its test makes`;
  if (told.some((version, index) => version < (told[index - 1] ?? 0))) return shown;
  return told.length > 0 && told.at(-1) !== known.length - 1
    ? `${shown}, and not ${known.at(-1)}`
    : undefined;
}

function isFinal(verdict: string): boolean {
  return verdict !== 'Pending' && verdict !== 'Running';
}

function text({
  verdict,
  results,
}: {
  readonly verdict: string;
  readonly results: readonly string[];
}): string {
  return `${verdict} [${results.join(', ')}]`;
}
