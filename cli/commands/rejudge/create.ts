import type { Command } from 'commander';
import type { RejudgeCriteria, RejudgeSelection } from '../../../domain/rejudge/rejudge-selection.js';
import { chooseSubmissions, describeCriteria, isEmpty } from '../../../domain/rejudge/rejudge-selection.js';
import { maxSubmissionsPerSet } from '../../../domain/rejudge/rejudge-set.js';
import { findRejudgeCandidates } from '../../../platform/postgres/rejudge-store.js';
import { createRejudgings } from '../../../platform/temporal/rejudgings.js';
import { ensureSearchAttributes } from '../../../platform/temporal/search-attributes.js';
import { sayItGoesOn } from '../../../platform/terminal/interrupt.js';
import { JsonOption, printJson } from '../../../platform/terminal/json-answer.js';
import { say } from '../../../platform/terminal/print.js';
import { UsageError } from '../../../platform/terminal/usage-error.js';
import { rejudgeCreateAnswer } from '../../answers/set-answers.js';
import { auditedCommand } from '../../audited.js';
import { withContext } from '../../context.js';
import { idList, languageNamed, moment, statusNamed, wholeNumber } from '../../option-values.js';
import { untilGraded } from './wait.js';

interface CreateOptions {
  readonly reason: string;
  readonly problem?: string[];
  readonly class?: string[];
  readonly language?: string[];
  readonly verdict?: string[];
  readonly id?: string[];
  readonly since?: string;
  readonly until?: string;
  readonly repeat: string;
  readonly parallel?: string;
  readonly dryRun?: boolean;
  readonly wait?: boolean;
  readonly json?: boolean;
}

/** Above this number, they are only counted. */
const skippedShown = 20;

export function addCreateCommand(rejudge: Command): void {
  rejudge
    .command('create')
    .description('grade the selected submissions again; nothing is recorded and nobody is notified')
    .requiredOption('--reason <text>', 'why; it stands in lists and in the web UI')
    .option('--problem <id...>', 'submissions to these problems')
    .option('--class <id...>', 'of these classes')
    .option('--language <name...>', 'in these languages')
    .option('--verdict <status...>', 'with these stored verdicts, such as "Wrong Answer"')
    .option('--id <id...>', 'these submissions; commas and ranges work: 3,7,100-120')
    .option('--since <time>', 'handed in from then on: 2026-11-25, 2026-11-25T10:00Z, 90m, 12h, 3d (ago)')
    .option('--until <time>', 'handed in before then')
    .option('--repeat <k>', 'grade each k times and list those whose verdicts differ', '1')
    .option('--parallel <n>', 'gradings at a time; default: REJUDGE_PARALLEL')
    .option('--dry-run', 'only say what would be graded')
    .option('--wait', 'return once all are graded')
    .addOption(new JsonOption(rejudgeCreateAnswer))
    .action((options: CreateOptions) => create(options));
}

async function create(options: CreateOptions): Promise<void> {
  const criteria = criteriaOf(options);
  const repeat = wholeNumber('--repeat', options.repeat, 1, 50);
  await withContext({ needs: 'platform' }, async (context) => {
    const { settings, temporal, database, log } = context;
    const parallel =
      options.parallel === undefined
        ? settings.rejudgeParallel
        : wholeNumber('--parallel', options.parallel, 1, 256);
    const selection = chooseSubmissions(criteria, await findRejudgeCandidates(database, criteria));
    requireUsable(selection);
    if (options.json !== true) tellSelection(selection, repeat);
    if (options.dryRun === true) {
      if (options.json === true) printJson(rejudgeCreateAnswer, { set: null, ...selection });
      return;
    }
    const sets = createRejudgings(temporal);
    const described = describeCriteria(criteria);
    const set = await auditedCommand(
      context,
      { what: 'rejudge create', target: described, why: options.reason },
      async () =>
        sets.create({
          reason: options.reason,
          selection: described,
          requestedBy: settings.operator,
          submissionIds: selection.chosen,
          repeat,
          parallel,
          submissionsPerRun: settings.rejudgeRunLength,
          searchAttributes: [...(await ensureSearchAttributes(temporal, log))],
        }),
      (made) => `rejudging ${made} of ${selection.chosen.length} submission(s) started`,
    );
    if (options.json !== true) say(`rejudging ${set} started`);
    const withdraw = sayItGoesOn(`rejudging ${set}`, `grader rejudge cancel ${set}`);
    if (options.wait === true) await untilGraded(sets, set, options.json === true ? () => {} : say);
    withdraw();
    if (options.json === true) printJson(rejudgeCreateAnswer, { set, ...selection });
    else say(`Look at it: grader rejudge show ${set}`);
  });
}

function criteriaOf(options: CreateOptions): RejudgeCriteria {
  const criteria: RejudgeCriteria = {
    problemIds: idList('--problem', options.problem),
    classIds: idList('--class', options.class),
    languages: (options.language ?? []).map(languageNamed),
    verdicts: (options.verdict ?? []).map(statusNamed),
    submissionIds: idList('--id', options.id),
    since: options.since === undefined ? null : moment('--since', options.since, new Date()),
    until: options.until === undefined ? null : moment('--until', options.until, new Date()),
  };
  if (isEmpty(criteria)) {
    throw new UsageError(
      'Say which submissions: --problem, --class, --language, --verdict, --id, --since or --until. To see what a selection holds: --dry-run',
    );
  }
  return criteria;
}

function requireUsable({ chosen, skipped }: RejudgeSelection): void {
  if (chosen.length + skipped.length > maxSubmissionsPerSet) {
    throw new UsageError(
      `That is more than ${maxSubmissionsPerSet} submissions, the most one set may have. Make several sets: by --class, --language, or --since and --until.`,
    );
  }
  if (chosen.length > 0) return;
  const why =
    skipped.length === 0 ? '' : ` (${skipped.length} were left out, the first since ${skipped[0]?.reason})`;
  throw new UsageError(
    `No submission to grade is selected${why}, so no set was made. Look again with --dry-run.`,
  );
}

function tellSelection({ chosen, verdicts, skipped }: RejudgeSelection, repeat: number): void {
  const times = repeat === 1 ? '' : `, ${repeat} times each`;
  const stored = Object.entries(verdicts).map(([verdict, submissions]) => `${submissions} ${verdict}`);
  say(`${chosen.length} submission(s) selected (${stored.join(', ')})${times}; ${skipped.length} left out`);
  for (const { submissionId, reason } of skipped.slice(0, skippedShown)) {
    say(`  #${submissionId}: ${reason}`);
  }
  if (skipped.length > skippedShown) say(`  and ${skipped.length - skippedShown} more`);
}
