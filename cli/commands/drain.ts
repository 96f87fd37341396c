import type { Command } from 'commander';
import { describeSetting } from '../../domain/cutover/bridge-control.js';
import { say } from '../../platform/terminal/print.js';
import { UsageError } from '../../platform/terminal/usage-error.js';
import { drainLegacyQueue, handBackUnstarted } from '../bridges/drain.js';
import type { CommandContext } from '../context.js';
import { withContext } from '../context.js';

interface DrainOptions {
  readonly queue?: string;
  readonly force?: boolean;
}

/**
 * `grader drain`: after a rollback, moves what is stuck on either side back to the platform's queue; purges nothing.
 */
export function addDrainCommand(program: Command): void {
  const drain = program
    .command('drain')
    .description('hand what is stuck back to the platform’s queue, confirmed');
  drain
    .command('legacy')
    .description('what waits in the legacy workers’ queue of mode router')
    .option('--queue <name>', 'the platform’s queue; default: RABBITMQ_QUEUE')
    .option('--force', 'although the bridges would forward it again')
    .action(async (options: DrainOptions) => {
      await withContext({ queue: options.queue }, async (context) => {
        await refuse(
          options,
          context,
          (mode) => mode === 'router',
          'forward it to the legacy workers’ queue again',
        );
        const moved = await drainLegacyQueue(context);
        say(
          `${moved} message(s) moved from ${context.settings.legacyQueue} to ${context.settings.queue}, confirmed`,
        );
      });
    });
  drain
    .command('ours')
    .description('gradings of ours that have no container yet')
    .option('--queue <name>', 'the platform’s queue; default: RABBITMQ_QUEUE')
    .option('--force', 'although the bridges would take them again')
    .action(async (options: DrainOptions) => {
      await withContext({ needs: 'platform', queue: options.queue }, async (context) => {
        const takesAgain = (mode: string, share: number) =>
          !(mode === 'off' || mode === 'standby' || (mode === 'router' && share === 0));
        await refuse(options, context, takesAgain, 'take them again');
        const { submissionIds, leftRunning, notOfQueue } = await handBackUnstarted(context);
        say(
          `${submissionIds.length} grading(s) handed back to ${context.settings.queue}; ${leftRunning} have a container and finish here`,
        );
        if (notOfQueue > 0) {
          say(
            `${notOfQueue} left alone: their messages came from another queue, or a person started them, such as a replay`,
          );
        }
        if (submissionIds.length > 0) say(`submissions: ${submissionIds.join(' ')}`);
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
      `First: ./grader mode set off --why 'drain' (or add --force)`,
  );
}
