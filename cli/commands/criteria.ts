import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import type { Criterion, CriterionResult, Evidence, SpotCheck } from '../../domain/criteria/criterion.js';
import { overallResult } from '../../domain/criteria/criterion.js';
import { evaluateCriteria } from '../../domain/criteria/evaluate.js';
import type { ParityReport } from '../../domain/parity/parity-report.js';
import { platformKey } from '../../platform/context/describe-platform.js';
import { readParity } from '../../platform/parity.js';
import { exitStatus } from '../../platform/process/exit-status.js';
import { readSamples } from '../../platform/process/process-samples.js';
import { readGradings, readSubmissions } from '../../platform/success-evidence.js';
import { JsonOption, printJson } from '../../platform/terminal/json-answer.js';
import { say } from '../../platform/terminal/print.js';
import { criteriaAnswer } from '../answers/other-answers.js';
import type { CommandContext } from '../context.js';
import { withContext } from '../context.js';
import { renderCriteriaHtml } from '../criteria/render-html.js';
import { renderCriteria } from '../criteria/render-text.js';
import { durationMs, moment } from '../option-values.js';

interface CriteriaOptions {
  readonly since: string;
  readonly grace: string;
  readonly samples?: readonly string[];
  readonly json?: boolean;
  readonly html?: string;
}

const examples = `
Examples:
  grader criteria                                    the last 24 hours
  grader criteria --since 2h --json
  grader criteria --html report.html                 a page with plots, in one file
  grader criteria --samples host-a/ --samples host-b/   the samples of other hosts, copied here

Each criterion is shown with what was measured. Sources: Temporal for System Errors, the database for verdicts, shadow
gradings (grader shadow) for parity, and this host's samples (SAMPLES_DIR) for the rest.
Settings: DATABASE_URL, TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, SAMPLES_DIR or TEMP_DIR, PARITY_RULES.
Exit status: 0 all pass, 1 one fails, 3 not enough data for one.`;

const statusOf: Readonly<Record<CriterionResult, number>> = {
  PASS: exitStatus.done,
  FAIL: exitStatus.notDone,
  'NOT ENOUGH DATA': exitStatus.conditionNotMet,
};

/** `grader criteria`: measures whether the migration has succeeded. */
export function addCriteriaCommand(program: Command): void {
  program
    .command('criteria')
    .description('measure the success criteria of the migration')
    .option('--since <time>', 'how far back: a duration, or a time', '24h')
    .option('--grace <duration>', 'how long a submission may wait for a verdict', '15m')
    .option('--samples <directory...>', 'read these samples instead of SAMPLES_DIR')
    .addOption(new JsonOption(criteriaAnswer))
    .option('--html <file>', 'write a report with plots, too')
    .addHelpText('after', examples)
    .action(async (options: CriteriaOptions) => {
      const until = new Date();
      const since = moment('--since', options.since, until);
      const graceMs = durationMs('--grace', options.grace);
      await withContext({ needs: 'temporal' }, async (context) => {
        const evidence = await gather(context, options, since, until, graceMs);
        const criteria = evaluateCriteria(evidence);
        if (options.html !== undefined) await writeFile(options.html, renderCriteriaHtml(criteria, evidence));
        if (options.json === true) printJson(criteriaAnswer, asJson(criteria, evidence));
        else say(renderCriteria(criteria, evidence));
        process.exitCode = statusOf[overallResult(criteria)];
      });
    });
}

async function gather(
  { settings, temporal, database, log }: CommandContext,
  { samples: named }: CriteriaOptions,
  since: Date,
  until: Date,
  graceMs: number,
): Promise<Evidence> {
  const directories = named ?? [settings.samplesDirectory];
  // Whoever names directories has chosen; other hosts may know the same database by another name.
  const platform = named === undefined ? platformKey(settings) : undefined;
  const [gradings, submissions, { samples, unreadable }, parity] = await Promise.all([
    readGradings(temporal, since, until),
    readSubmissions(database, since, until, graceMs),
    readSamples(directories, since, platform),
    readParity(temporal, settings, since),
  ]);
  if (unreadable > 0) log.warn({ unreadable, directories }, 'lines that are no samples were left out');
  return { since, until, gradings, submissions, samples, spotCheck: spotCheckOf(parity) };
}

/** Shadow gradings are the spot check: they notify nobody. */
function spotCheckOf({ compared, mismatches, same }: ParityReport): SpotCheck | undefined {
  if (compared === 0) return undefined;
  const equal = Math.round(same.rate * compared);
  return { compared, same: equal, knownDifferences: compared - equal - mismatches, different: mismatches };
}

function asJson(criteria: readonly Criterion[], { since, until, samples }: Evidence) {
  return {
    since,
    until,
    result: overallResult(criteria),
    samples: samples.length,
    criteria,
  };
}
