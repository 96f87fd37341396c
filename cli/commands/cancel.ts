import type { Command } from 'commander';
import pMap from 'p-map';
import { idRanges } from '../../domain/grading/id-ranges.js';
import { latestGrading } from '../../platform/temporal/latest-grading.js';
import { confirm, yesOption } from '../../platform/terminal/confirm.js';
import { say } from '../../platform/terminal/print.js';
import { UsageError } from '../../platform/terminal/usage-error.js';
import { auditedCommand } from '../audited.js';
import { whyOption } from '../by-option.js';
import { cancelOne } from '../cancel-one.js';
import type { CommandContext } from '../context.js';
import { withContext } from '../context.js';
import { durationMs, idList } from '../option-values.js';

const examples = `
Examples:
  grader cancel 17
  grader cancel 17 18 19 --timeout 1m --yes

The program is killed within two seconds and its container released. Nothing is recorded or notified: the submission
keeps its status. A verdict that is already being recorded is recorded.
Grade it again with: grader replay 17 --yes
Settings: DATABASE_URL, TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE.
Exit status 1: one was not running, or did not end in time.`;

/** `grader cancel`: stops running gradings. */
export function addCancelCommand(program: Command): void {
  program
    .command('cancel')
    .description('stop running gradings, without a verdict; asks first')
    .argument('<ids...>', 'submissions, such as 17 18')
    .option('--timeout <duration>', 'wait this long for their end', '30s')
    .option(...yesOption)
    .addOption(whyOption())
    .addHelpText('after', examples)
    .action(async (words: string[], options: { timeout: string; yes?: boolean; why?: string }) => {
      const submissions = idList('cancel', words);
      if (submissions.length === 0) throw new UsageError('Say which submissions, such as: grader cancel 17');
      const timeoutMs = durationMs('--timeout', options.timeout);
      await withContext({ needs: 'platform' }, async (context) => {
        const running = await runningOnes(context, submissions);
        if (running.length > 0) {
          await confirm(
            `Stop the grading of submission(s) ${idRanges(running)}, without a verdict?`,
            options.yes,
          );
        }
        for (const id of submissions) {
          const { text, isDone } = await auditedCommand(
            context,
            { what: 'cancel', target: `submission ${id}`, why: options.why },
            () => cancelOne(context, id, timeoutMs),
            (cancelled) => cancelled.text,
          );
          say(`submission ${id}: ${text}`);
          if (!isDone) process.exitCode = 1;
        }
      });
    });
}

async function runningOnes({ temporal }: CommandContext, ids: readonly number[]): Promise<readonly number[]> {
  const states = await pMap(ids, (id) => latestGrading(temporal, id), { concurrency: 8 });
  return ids.filter((_id, index) => states[index]?.grading.state === 'running');
}
