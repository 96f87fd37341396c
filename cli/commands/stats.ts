import type { Command } from 'commander';
import { createSubmissionFigures } from '../../platform/postgres/submission-figures.js';
import { JsonOption, printJson } from '../../platform/terminal/json-answer.js';
import { momentText } from '../../platform/terminal/moment.js';
import { say } from '../../platform/terminal/print.js';
import { renderTable } from '../../platform/terminal/table.js';
import { statsAnswer } from '../answers/submission-answers.js';
import { withContext } from '../context.js';
import { moment } from '../option-values.js';

const examples = `
Examples:
  grader stats                 of the last hour
  grader stats --since 24h
  grader stats --since 2026-03-01T08:00Z --json

Counts what the platform's database shows, whoever graded it. Settings: DATABASE_URL.`;

/** `grader stats`: counts submissions by status. */
export function addStatsCommand(program: Command): void {
  program
    .command('stats')
    .description('submissions handed in since a time, counted by status')
    .option('--since <time>', 'how long ago (1h, 2d) or a time (2026-03-01T08:00Z)', '1h')
    .addOption(new JsonOption(statsAnswer))
    .addHelpText('after', examples)
    .action(async (options: { since: string; json?: boolean }) => {
      const since = moment('--since', options.since, new Date());
      await withContext({ isQuiet: true }, async ({ database }) => {
        const counts = await createSubmissionFigures(database).byStatus(since);
        const total = counts.reduce((sum, { submissions }) => sum + submissions, 0);
        if (options.json === true) return printJson(statsAnswer, { since, total, statuses: counts });
        const rows = counts.map(({ status, submissions }) => [
          status,
          submissions,
          `${((submissions / total) * 100).toFixed(1)} %`,
        ]);
        if (rows.length > 0) say(renderTable(['status', 'submissions', 'part'], rows));
        say(`${total} submission(s) handed in since ${momentText(since)}`);
      });
    });
}
