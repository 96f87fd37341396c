import type { Command } from 'commander';
import { Option } from 'commander';
import type { RejudgeFilter, RowKind } from '../../../domain/rejudge/rejudge-filter.js';
import { maxPageSize, rowKinds } from '../../../domain/rejudge/rejudge-filter.js';
import type { RejudgeSummary } from '../../../domain/rejudge/rejudge-set.js';
import { createRejudgings } from '../../../platform/temporal/rejudgings.js';
import { JsonOption, printJson } from '../../../platform/terminal/json-answer.js';
import { say } from '../../../platform/terminal/print.js';
import { rejudgeShowAnswer } from '../../answers/set-answers.js';
import { withContext } from '../../context.js';
import { statusNamed, wholeNumber } from '../../option-values.js';
import { renderMatrix, renderOutcomes, renderRows, renderSummary } from './render-set.js';

interface ShowOptions {
  readonly only?: RowKind;
  readonly from?: string;
  readonly to?: string;
  readonly limit: string;
  readonly offset: string;
  readonly json?: boolean;
}

/** A set this small is listed whole. */
const smallSet = 5;

export function addShowCommand(rejudge: Command): void {
  rejudge
    .command('show')
    .description('old × new verdicts, score changes and the list of submissions')
    .argument('<set>', 'name of the set')
    .addOption(
      new Option(
        '--only <kind>',
        'which submissions are listed; changed, and all of a small set, by default',
      ).choices(rowKinds),
    )
    .option('--from <verdict>', 'with this stored verdict: a row of the matrix')
    .option('--to <verdict>', 'with this new verdict: a column of the matrix ("not graded" is one)')
    .option('--limit <n>', `submissions listed, at most ${maxPageSize}`, '50')
    .option('--offset <n>', 'submissions left out before them', '0')
    .addOption(new JsonOption(rejudgeShowAnswer))
    .action((set: string, options: ShowOptions) => show(set, options));
}

async function show(set: string, options: ShowOptions): Promise<void> {
  await withContext({ needs: 'temporal' }, async ({ temporal }) => {
    const sets = createRejudgings(temporal);
    const summary = await sets.summary(set);
    const page = await sets.rows(set, filterOf(options, summary));
    if (options.json === true) return printJson(rejudgeShowAnswer, { summary, ...page });
    say(renderSummary(summary));
    if (summary.matrix.length > 0) say(renderMatrix(summary.matrix));
    if (page.rows.length > 0) say(renderRows(page));
    if (Object.keys(summary.outcomes).length > 0) say(renderOutcomes(summary));
  });
}

function filterOf(options: ShowOptions, summary: RejudgeSummary): RejudgeFilter {
  const isCell = options.from !== undefined || options.to !== undefined;
  return {
    only: options.only ?? (isCell || summary.submissions <= smallSet ? 'all' : 'changed'),
    ...(options.from === undefined ? {} : { from: verdict(options.from) }),
    ...(options.to === undefined ? {} : { to: verdict(options.to) }),
    offset: wholeNumber('--offset', options.offset, 0, 1_000_000),
    limit: wholeNumber('--limit', options.limit, 1, maxPageSize),
  };
}

function verdict(text: string): string {
  return text.toLowerCase() === 'not graded' ? 'not graded' : statusNamed(text);
}
