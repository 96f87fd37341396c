import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { exitStatus } from '../../platform/process/exit-status.js';
import { JsonOption, printJson } from '../../platform/terminal/json-answer.js';
import { paint } from '../../platform/terminal/paint.js';
import { say, startScreen } from '../../platform/terminal/print.js';
import { terminalWidth } from '../../platform/terminal/text-width.js';
import { statusAnswer } from '../answers/status-answer.js';
import { withContext } from '../context.js';
import { durationMs, wholeNumber } from '../option-values.js';
import { readStatus } from '../status/read-status.js';
import { renderStatus } from '../status/render-status.js';
import type { StatusReport } from '../status/status-report.js';

interface StatusOptions {
  readonly watch?: boolean;
  readonly every: string;
  readonly times?: string;
  readonly since: string;
  readonly json?: boolean;
}

const examples = `
Examples:
  grader status                            one look
  grader status --watch                    again every 2 s, until Ctrl-C
  grader status --since 24h --json         for programs; with --watch, one line of JSON each time

A part that does not answer is "not seen", with the reason, and the exit status is 1. Counts lag by a moment.
Figures of a pool come from its worker's health port; WORKER_HEALTH_URLS names those of other hosts. Of a host that is
not named, what its worker tells Temporal is shown, up to 10 s old.
"to verdict" counts from the start of a grading, without the wait on the queue.`;

/** `grader status`: everything at a glance, on one screen. */
export function addStatusCommand(program: Command): void {
  program
    .command('status')
    .description('queue, share, gradings, pools and verdicts on one screen')
    .option('--watch', 'repeat until Ctrl-C')
    .option('--every <duration>', 'pause between two looks', '2s')
    .option('--times <count>', 'stop after this many looks')
    .option('--since <duration>', 'count gradings that ended within this time', '1h')
    .addOption(new JsonOption(statusAnswer))
    .addHelpText('after', examples)
    .action(async (options: StatusOptions) => {
      const windowMs = durationMs('--since', options.since, 1_000);
      const everyMs = durationMs('--every', options.every, 500, 86_400_000);
      const times =
        options.times === undefined ? undefined : wholeNumber('--times', options.times, 1, 1_000_000);
      const looks = options.watch === true ? (times ?? Number.POSITIVE_INFINITY) : 1;
      await withContext({ isQuiet: true }, async (context) => {
        for (let look = 1; look <= looks; look += 1) {
          const report = await readStatus(context, windowMs);
          process.exitCode = isSeen(report) ? exitStatus.done : exitStatus.notDone;
          if (options.json === true) printJson(statusAnswer, report, looks === 1 ? 2 : 0);
          else {
            if (looks > 1) startScreen(context.platform);
            say(renderStatus(report, paint, terminalWidth()));
          }
          if (look < looks) await sleep(everyMs);
        }
      });
    });
}

function isSeen(report: StatusReport): boolean {
  const { broker, platform, gradings, running, workers, lastError } = report;
  const parts = [broker, platform, gradings, running, workers, lastError];
  return report.foreign === undefined && parts.every((part) => 'value' in part);
}
