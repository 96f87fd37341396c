import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { paint } from '../../platform/terminal/paint.js';
import { printJson, say } from '../../platform/terminal/print.js';
import { withContext } from '../context.js';
import { durationMs, positiveNumber } from '../option-values.js';
import { readStatus } from '../status/read-status.js';
import { renderStatus } from '../status/render-status.js';

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

A part that does not answer is shown as "not seen", with the reason. Counts lag by a moment, as Temporal's lists do.
The figures of a pool come from its worker's health port: WORKER_HEALTH_URLS names those of other hosts.
"to verdict" counts from the start of a grading, so without the time a message has waited on the queue.`;

/** `grader status`: everything at a glance, on one screen. */
export function addStatusCommand(program: Command): void {
  program
    .command('status')
    .description('queue, share, gradings by step, pools, verdicts and the last error on one screen')
    .option('--watch', 'look again and again')
    .option('--every <duration>', 'between two looks', '2s')
    .option('--times <count>', 'end after so many looks')
    .option('--since <duration>', 'count what ended in this time', '1h')
    .option('--json', 'print JSON')
    .addHelpText('after', examples)
    .action(async (options: StatusOptions) => {
      const windowMs = durationMs('--since', options.since, 1_000);
      const everyMs = durationMs('--every', options.every, 500);
      const times = options.times === undefined ? undefined : positiveNumber('--times', options.times);
      const looks = options.watch === true ? (times ?? Number.POSITIVE_INFINITY) : 1;
      await withContext({ isQuiet: true }, async (context) => {
        for (let look = 1; look <= looks; look += 1) {
          const report = await readStatus(context, windowMs);
          if (options.json === true) printJson(report, looks === 1 ? 2 : 0);
          else say(`${looks > 1 ? screenStart() : ''}${renderStatus(report, paint)}`);
          if (look < looks) await sleep(everyMs);
        }
      });
    });
}

/** Overwrites a terminal; elsewhere, such as in a log, an empty line separates two looks. */
function screenStart(): string {
  return process.stdout.isTTY ? '\x1b[H\x1b[2J' : '\n';
}
