import type { Command } from 'commander';
import { JsonOption, printJson } from '../../platform/terminal/json-answer.js';
import { paint } from '../../platform/terminal/paint.js';
import { say } from '../../platform/terminal/print.js';
import { UsageError } from '../../platform/terminal/usage-error.js';
import { doctorAnswer } from '../answers/other-answers.js';
import { withContext } from '../context.js';
import { allChecks } from '../doctor/all-checks.js';
import type { Check } from '../doctor/check.js';
import { doctorContext } from '../doctor/doctor-context.js';
import { renderResults } from '../doctor/render-results.js';
import type { CheckResult } from '../doctor/run-checks.js';
import { runChecks } from '../doctor/run-checks.js';

interface DoctorOptions {
  readonly only?: readonly string[];
  readonly json?: boolean;
}

const examples = `
Examples:
  grader doctor                      look at everything
  grader doctor --json               for programs
  grader doctor --only queue rights  these checks, and those they need

Changes nothing. It starts one throw-away container of the sandbox image and posts a result for a submission that
cannot exist. Run it on a worker's host, with the worker's settings. Exit status 1: something failed; warnings do not count.`;

/** `grader doctor`: checks everything that gradings need, and names the remedy for what is missing. */
export function addDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .description('check all that gradings need, with the remedy for each fault')
    .option('--only <check...>', 'only these checks, by their printed names')
    .addOption(new JsonOption(doctorAnswer))
    .addHelpText('after', examples)
    .action(async (options: DoctorOptions) => {
      const results = await diagnose(process.env, options.only);
      if (options.json === true) printJson(doctorAnswer, { checks: results });
      else say(renderResults(results, paint));
      if (results.some(({ state }) => state === 'failed')) process.exitCode = 1;
    });
}

/**
 * @param names of checks, all by default.
 * @throws UsageError
 */
export async function diagnose(
  environment: NodeJS.ProcessEnv,
  names?: readonly string[],
): Promise<readonly CheckResult[]> {
  const checks = chosen(names);
  return withContext({ environment, isQuiet: true }, (context) => runChecks(checks, doctorContext(context)));
}

/** @throws UsageError */
function chosen(names: readonly string[] | undefined): readonly Check[] {
  if (names === undefined) return allChecks;
  const unknown = names.find((name) => !allChecks.some((check) => check.name === name));
  if (unknown !== undefined) {
    throw new UsageError(
      `There is no check "${unknown}". There are: ${allChecks.map(({ name }) => name).join(', ')}.`,
    );
  }
  const wanted = new Set(names);
  // Backwards, because a check comes after the one it needs.
  for (const check of allChecks.toReversed()) {
    if (wanted.has(check.name) && check.needs !== undefined) wanted.add(check.needs);
  }
  return allChecks.filter(({ name }) => wanted.has(name));
}
