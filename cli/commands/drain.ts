import type { Command } from 'commander';
import { describeSetting } from '../../domain/cutover/bridge-control.js';
import { idRanges } from '../../domain/grading/id-ranges.js';
import { lookAtQueue } from '../../platform/amqp/look-at-queue.js';
import { confirm, yesOption } from '../../platform/terminal/confirm.js';
import { say } from '../../platform/terminal/print.js';
import { UsageError } from '../../platform/terminal/usage-error.js';
import { auditedCommand } from '../audited.js';
import { drainLegacyQueue, findUnstarted, handBack } from '../bridges/drain.js';
import { legacyQueueName } from '../bridges/legacy-end.js';
import { whyOption } from '../by-option.js';
import type { CommandContext } from '../context.js';
import { withContext } from '../context.js';

interface DrainOptions {
  readonly queue?: string;
  readonly force?: boolean;
  readonly yes?: boolean;
  readonly why?: string;
}

/**
 * `grader drain`: after a rollback, moves what is stuck on either side back to the platform's queue; purges nothing.
 */
export function addDrainCommand(program: Command): void {
  const drain = program
    .command('drain')
    .description('return stuck messages to the platform’s queue, confirmed');
  drain
    .command('legacy')
    .description('messages that wait in the legacy workers’ queue of mode router; asks first')
    .option('--queue <name>', 'the platform’s queue; default: RABBITMQ_QUEUE')
    .option('--force', 'even if the bridges would forward them again')
    .option(...yesOption)
    .addOption(whyOption())
    .action(async (options: DrainOptions) => {
      await withContext({ queue: options.queue }, async (context) => {
        await refuse(
          options,
          context,
          (mode) => mode === 'router',
          'forward it to the legacy workers’ queue again',
        );
        const { queue, legacyQueue } = context.settings;
        const look = await lookAtQueue(await context.legacyBroker(), legacyQueue);
        const from = legacyQueueName(context.settings);
        say(`${look?.messages ?? 0} message(s) wait in ${from}`);
        if ((look?.messages ?? 0) > 0) await confirm(`Move them to ${queue}?`, options.yes);
        const told = (moved: number) => `${moved} message(s) moved from ${from} to ${queue}, confirmed`;
        const moved = await auditedCommand(
          context,
          { what: 'drain legacy', target: from, why: options.why },
          () => drainLegacyQueue(context),
          told,
        );
        say(told(moved));
      });
    });
  drain
    .command('ours')
    .description('our gradings that have no container yet; asks first')
    .option('--queue <name>', 'the platform’s queue; default: RABBITMQ_QUEUE')
    .option('--force', 'even if the bridges would take them again')
    .option(...yesOption)
    .addOption(whyOption())
    .action(async (options: DrainOptions) => {
      await withContext({ needs: 'platform', queue: options.queue }, async (context) => {
        const takesAgain = (mode: string, share: number) =>
          !(mode === 'off' || mode === 'standby' || (mode === 'router' && share === 0));
        await refuse(options, context, takesAgain, 'take them again');
        const { queue } = context.settings;
        const { unstarted, leftRunning, notOfQueue } = await findUnstarted(context);
        say(`${unstarted.length} grading(s) have no container; ${leftRunning} have one and finish here`);
        if (notOfQueue > 0) {
          say(
            `${notOfQueue} left alone: their messages came from another queue, or a person started them, such as a replay`,
          );
        }
        if (unstarted.length === 0) return;
        const submissions = `submissions: ${idRanges(unstarted.map(({ submissionId }) => submissionId))}`;
        say(submissions);
        await confirm(`End these gradings and hand their submissions back to ${queue}?`, options.yes);
        const told = (ids: readonly number[]) => `${ids.length} grading(s) handed back to ${queue}`;
        const submissionIds = await auditedCommand(
          context,
          { what: 'drain ours', target: submissions, why: options.why },
          () => handBack(context, unstarted),
          told,
        );
        say(told(submissionIds));
      });
    });
}

async function refuse(
  options: DrainOptions,
  context: CommandContext,
  isLoop: (mode: string, share: number) => boolean,
  what: string,
): Promise<void> {
  if (options.force === true) return;
  const control = await context.control.newest();
  const { mode, share } = control ?? context.settings.bridgeSetting;
  if (!isLoop(mode, share)) return;
  throw new UsageError(
    `The bridges are in mode ${describeSetting({ mode, share })} and would ${what}. ` +
      `First: grader mode set off --why 'drain' (or add --force)`,
  );
}
