import type { Command } from 'commander';
import type { Criterion, CriterionResult, Evidence } from '../../domain/criteria/criterion.js';
import { overallResult } from '../../domain/criteria/criterion.js';
import { evaluateCriteria } from '../../domain/criteria/evaluate.js';
import { exitStatus } from '../../platform/process/exit-status.js';
import { JsonOption, printJson } from '../../platform/terminal/json-answer.js';
import { say } from '../../platform/terminal/print.js';
import { criteriaAnswer } from '../answers/other-answers.js';
import { withContext } from '../context.js';
import { gatherEvidence, usualGrace } from '../criteria/gather-evidence.js';
import { renderCriteria } from '../criteria/render-text.js';
import { durationMs, moment } from '../option-values.js';

interface CriteriaOptions {
  readonly since: string;
  readonly grace: string;
  readonly samples?: readonly string[];
  readonly json?: boolean;
}

const examples = `
Examples:
  grader criteria                                    the last 24 hours
  grader criteria --since 2h --json
  grader criteria --samples host-a/ --samples host-b/   the samples of other hosts, copied here

Each criterion is shown with what was measured; the page Criteria of the web console has plots, too. Sources: Temporal for
System Errors, the database for verdicts, shadow gradings (grader shadow) for parity, and this host's samples (SAMPLES_DIR)
for the rest.
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
    .option('--grace <duration>', 'how long a submission may wait for a verdict', usualGrace)
    .option('--samples <directory...>', 'read these samples instead of SAMPLES_DIR')
    .addOption(new JsonOption(criteriaAnswer))
    .addHelpText('after', examples)
    .action(async (options: CriteriaOptions) => {
      const until = new Date();
      const since = moment('--since', options.since, until);
      const graceMs = durationMs('--grace', options.grace);
      await withContext({ needs: 'temporal' }, async (context) => {
        const { samples } = options;
        const evidence = await gatherEvidence(context, { since, until, graceMs, samples });
        const criteria = evaluateCriteria(evidence);
        if (options.json === true) printJson(criteriaAnswer, asJson(criteria, evidence));
        else say(renderCriteria(criteria, evidence));
        process.exitCode = statusOf[overallResult(criteria)];
      });
    });
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
