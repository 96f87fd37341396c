import type { Command } from 'commander';
import { JsonOption, printJson } from '../../platform/terminal/json-answer.js';
import { momentText } from '../../platform/terminal/moment.js';
import { say } from '../../platform/terminal/print.js';
import { renderTable } from '../../platform/terminal/table.js';
import { cutLine } from '../../platform/terminal/text-width.js';
import { errorsAnswer } from '../answers/submission-answers.js';
import { withContext } from '../context.js';
import type { ErrorEntry } from '../errors/read-errors.js';
import { maxRunningRead, readErrors, stuckStep } from '../errors/read-errors.js';
import { moment, wholeNumber } from '../option-values.js';

const examples = `
Examples:
  grader errors                 of the last hour
  grader errors --since 24h --json

Lists failed gradings with step and cause; those that somebody terminated and whose submission has no verdict; failed steps
of running gradings that are retried (of the first ${maxRunningRead} running ones); and System Errors of other workers.
"now" is the status the platform shows.
Retried steps continue by themselves once the cause is gone.
Next: grader replay ID for what failed.
Settings: DATABASE_URL, TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_UI_URL.`;

/** `grader errors`: System Errors and failed gradings, with cause, step and link. */
export function addErrorsCommand(program: Command): void {
  program
    .command('errors')
    .description('System Errors, failed gradings and retried steps, with cause and link')
    .option('--since <time>', 'how long ago (1h, 2d) or a time (2026-03-01T08:00Z)', '1h')
    .option('--limit <count>', 'how many, latest first', '50')
    .addOption(new JsonOption(errorsAnswer))
    .addHelpText('after', examples)
    .action(async (options: { since: string; limit: string; json?: boolean }) => {
      const since = moment('--since', options.since, new Date());
      const limit = wholeNumber('--limit', options.limit, 1, 10_000);
      await withContext({ needs: 'platform' }, async (context) => {
        const entries = await readErrors(context, since, limit);
        if (options.json === true)
          return printJson(errorsAnswer, {
            since,
            errors: entries.map(({ now, ...entry }) => ({ ...entry, now: now ?? null })),
          });
        say(entries.length === 0 ? `No error since ${momentText(since)}.` : rendered(entries));
      });
    });
}

const causeWidth = 100;

function rendered(entries: readonly ErrorEntry[]): string {
  const rows = entries.map(({ submissionId, at, step, cause, now }) => {
    return [submissionId, momentText(at), step, cutLine(cause, causeWidth), now ?? 'deleted'];
  });
  const links = entries.flatMap(({ submissionId, link }) =>
    link === null ? [] : [`${submissionId}: ${link}`],
  );
  return [renderTable(['submission', 'at', 'step', 'cause', 'now'], rows), ...links, ...next(entries)].join(
    '\n',
  );
}

function next(entries: readonly ErrorEntry[]): readonly string[] {
  const first = (chosen: readonly ErrorEntry[]) =>
    [...new Set(chosen.map(({ submissionId }) => submissionId))].slice(0, 10).join(' ');
  const failed = first(entries.filter(({ retried }) => !retried));
  const stuck = first(entries.filter(({ step }) => step === stuckStep));
  const commands = [
    ...(failed === '' ? [] : [`Next: grader replay ${failed}`]),
    ...(stuck === '' ? [] : [`Next: grader replay ${stuck} --terminate --yes`]),
  ];
  if (commands.length > 0) return commands;
  return ['All of these are tried again by themselves. Next: repair the cause that is shown.'];
}
