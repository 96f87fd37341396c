import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import type { AcceptedRules } from '../../domain/parity/accepted-rules.js';
import type { ParityRow } from '../../domain/parity/parity-report.js';
import { maxGradingsRead, readParity } from '../../platform/parity.js';
import { loadParityCriteria } from '../../platform/parity-rules-file.js';
import { namedFileError } from '../../platform/process/named-file.js';
import { listAcceptedRules } from '../../platform/temporal/accepted-rules.js';
import { JsonOption, printJson } from '../../platform/terminal/json-answer.js';
import { momentText } from '../../platform/terminal/moment.js';
import { say } from '../../platform/terminal/print.js';
import { renderTable } from '../../platform/terminal/table.js';
import { parityAnswer, parityRulesAnswer } from '../answers/set-answers.js';
import { auditedCommand } from '../audited.js';
import { whyOption } from '../by-option.js';
import type { CommandContext } from '../context.js';
import { withContext } from '../context.js';
import { moment, wholeNumber } from '../option-values.js';
import { acceptDifference, describeAccepted, withdrawAccepted } from '../parity/accept-difference.js';
import { kindOf } from '../parity/describe-row.js';
import { explainDifference } from '../parity/explain-difference.js';
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
  grader parity accept 17 --why "the legacy worker stops 50 ms late"
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
      withContext({ needs: 'temporal' }, (context) => explainOne(context, submissionNumber(id), note)),
    );
  parity
    .command('accept')
    .description('accept the difference of a submission for all that differ alike, as a rule')
    .argument('<submission>', 'its id')
    .requiredOption('--why <text>', 'why such differences are accepted; shown with each')
    .action((id: string, { why }: { why: string }) =>
      withContext({ needs: 'temporal' }, (context) => acceptOne(context, submissionNumber(id), why)),
    );
  parity
    .command('rules')
    .description('the differences that were accepted, besides PARITY_RULES')
    .addOption(new JsonOption(parityRulesAnswer))
    // `parity` has the option, too, and takes it.
    .action((_options, rules: Command) =>
      withContext({ needs: 'temporal' }, (context) =>
        listRules(context, rules.optsWithGlobals<ParityOptions>().json === true),
      ),
    );
  parity
    .command('withdraw')
    .description('accept such differences no more')
    .argument('<rule>', 'as grader parity rules names it')
    .addOption(whyOption())
    .action((id: string, { why }: { why?: string }) =>
      withContext({ needs: 'temporal' }, (context) => withdrawOne(context, id, why ?? '')),
    );
}

function submissionNumber(text: string): number {
  return wholeNumber('<submission>', text, 1, 2 ** 31 - 1);
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
    const { html } = options;
    await writeFile(html, parityPage(printed, tolerance, now)).catch((error: unknown) =>
      Promise.reject(namedFileError('write the page', html, error)),
    );
  }
  if (options.json === true) return printJson(parityAnswer, parityAsJson(printed));
  say(renderParity(printed, limit));
  if (printed.report.rows.length >= maxGradingsRead) {
    say(`Only the latest ${maxGradingsRead} gradings were read; take a later --since.`);
  }
  if (options.html !== undefined) say(`The page: ${options.html}`);
}

async function explainOne(context: CommandContext, submissionId: number, note: string): Promise<void> {
  const told = (row: ParityRow) => `#${submissionId} (${kindOf(row)}) is explained`;
  const row = await auditedCommand(
    context,
    { what: 'parity explain', target: `submission ${submissionId}`, why: note },
    () => explainDifference(context, { submissionId, note, by: context.settings.operator }),
    told,
  );
  say(`${told(row)}. See: grader parity`);
}

async function acceptOne(context: CommandContext, submissionId: number, why: string): Promise<void> {
  const told = (accepted: AcceptedRules) => `accepted as ${accepted.id}: ${describeAccepted(accepted)}`;
  const accepted = await auditedCommand(
    context,
    { what: 'parity accept', target: `submission ${submissionId}`, why },
    () => acceptDifference(context, { submissionId, why, by: context.settings.operator }),
    told,
  );
  say(`${told(accepted)}\nTake it back: grader parity withdraw ${accepted.id}`);
}

async function listRules({ temporal }: CommandContext, asJson: boolean): Promise<void> {
  const rules = await listAcceptedRules(temporal);
  if (asJson) return printJson(parityRulesAnswer, { rules });
  if (rules.length === 0) return say('No difference is accepted but by PARITY_RULES.');
  const rows = rules.map((accepted) => [
    accepted.id,
    describeAccepted(accepted),
    accepted.rules[0]?.reason ?? '',
    accepted.by,
    momentText(accepted.at),
  ]);
  say(renderTable(['rule', 'legacy × ours', 'why', 'by', 'at'], rows));
}

async function withdrawOne(context: CommandContext, id: string, why: string): Promise<void> {
  await auditedCommand(
    context,
    { what: 'parity withdraw', target: id, why },
    () => withdrawAccepted(context, id, why),
    () => 'withdrawn',
  );
  say(`${id} is withdrawn. See: grader parity`);
}
