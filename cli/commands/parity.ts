import { writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import type { Command } from 'commander';
import { differenceKey } from '../../domain/parity/parity-report.js';
import { maxGradingsRead, readParity } from '../../platform/parity.js';
import { loadParityCriteria } from '../../platform/parity-rules-file.js';
import { explain } from '../../platform/temporal/shadow-records.js';
import { JsonOption, printJson } from '../../platform/terminal/json-answer.js';
import { say } from '../../platform/terminal/print.js';
import { UsageError } from '../../platform/terminal/usage-error.js';
import { parityAnswer } from '../answers/set-answers.js';
import type { CommandContext } from '../context.js';
import { withContext } from '../context.js';
import { moment, wholeNumber } from '../option-values.js';
import { kindOf } from '../parity/describe-row.js';
import { parityPage } from '../parity/html-page.js';
import type { PrintedReport } from '../parity/render-text.js';
import { parityAsJson, renderParity } from '../parity/render-text.js';

interface ParityOptions {
  readonly since: string;
  readonly limit: string;
  readonly html?: string;
  readonly json?: boolean;
}

const examples = `
Examples:
  grader parity                        what was shadowed within a week
  grader parity --since 2h --html parity.html
  grader parity explain 17 --note "the test data was corrected on Monday"
Classes, tolerances and rules: docs/parity.md
Settings: TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_UI_URL, PARITY_RULES, PARITY_NOISE.`;

/** `grader parity`: compares our verdicts with the legacy worker's. */
export function addParityCommand(program: Command): void {
  const parity = program
    .command('parity')
    .description("compare shadow gradings with the legacy worker's results")
    .option('--since <time>', 'shadowed from then on: a date, a time, 90m, 12h, 3d (ago)', '7d')
    .option('--limit <n>', 'differences listed', '50')
    .option('--html <file>', 'write one self-contained page')
    .addOption(new JsonOption(parityAnswer))
    .addHelpText('after', examples)
    .action((options: ParityOptions) =>
      withContext({ needs: 'temporal' }, (context) => report(context, options)),
    );
  parity
    .command('explain')
    .description('mark the difference of a submission as explained; another note replaces it')
    .argument('<submission>', 'its id')
    .requiredOption('--note <text>', 'why it differs, for whoever reads the report')
    .action((id: string, { note }: { note: string }) =>
      withContext({ needs: 'temporal' }, (context) =>
        explainOne(context, wholeNumber('<submission>', id, 1, 2 ** 31 - 1), note),
      ),
    );
}

async function report({ temporal, settings }: CommandContext, options: ParityOptions): Promise<void> {
  const now = new Date();
  const since = moment('--since', options.since, now);
  const limit = wholeNumber('--limit', options.limit, 0, 100_000);
  const printed: PrintedReport = {
    report: await readParity(temporal, settings, since),
    since,
    ui: { url: settings.temporal.uiUrl, namespace: settings.temporal.namespace },
    noiseSetting: settings.parityNoise,
  };
  if (options.html !== undefined) {
    const { tolerance } = loadParityCriteria(settings.parityRules);
    await writeFile(options.html, parityPage(printed, tolerance, now));
  }
  if (options.json === true) return printJson(parityAnswer, parityAsJson(printed));
  say(renderParity(printed, limit));
  if (printed.report.rows.length >= maxGradingsRead) {
    say(`Only the latest ${maxGradingsRead} gradings were read; take a later --since.`);
  }
  if (options.html !== undefined) say(`The page: ${options.html}`);
}

async function explainOne(
  { temporal, settings }: CommandContext,
  submissionId: number,
  note: string,
): Promise<void> {
  if (note.trim() === '') throw new UsageError('--note is empty: say why the two differ.');
  const { rows } = await readParity(temporal, settings, new Date(0));
  const row = rows.find(({ record }) => record.submissionId === submissionId);
  if (row === undefined) {
    throw new UsageError(
      `Submission ${submissionId} was not shadowed, or too long ago and is not kept. Shadow it: grader shadow --ids ${submissionId}`,
    );
  }
  if (row.class === 'equal' || row.class === 'within-tolerance') {
    throw new UsageError(`Submission ${submissionId} does not differ: there is nothing to explain.`);
  }
  const difference = differenceKey(row.record, row);
  await explain(temporal, {
    submissionId,
    difference,
    note: note.trim().slice(0, 500),
    by: userInfo().username,
    at: new Date().toISOString(),
  });
  say(`#${submissionId} (${kindOf(row)}) is explained. See: grader parity`);
}
