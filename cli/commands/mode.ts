import type { Command } from 'commander';
import { Argument } from 'commander';
import type { BridgeMode } from '../../domain/cutover/bridge-control.js';
import { bridgeModes, describeSetting } from '../../domain/cutover/bridge-control.js';
import { exitStatus } from '../../platform/process/exit-status.js';
import { JsonOption, printJson } from '../../platform/terminal/json-answer.js';
import { say } from '../../platform/terminal/print.js';
import { fitTerminal } from '../../platform/terminal/text-width.js';
import { UsageError } from '../../platform/terminal/usage-error.js';
import { modeShowAnswer } from '../answers/cutover-answers.js';
import { describeObedience, isConfirmed } from '../bridges/change-and-confirm.js';
import { describeLegacyEnd } from '../bridges/legacy-end.js';
import { renderBridges } from '../bridges/render-bridges.js';
import { setBridges, shareFor } from '../bridges/set-bridges.js';
import type { WhatHolds } from '../bridges/what-holds.js';
import { answerOf, askWhatHolds } from '../bridges/what-holds.js';
import { byOption } from '../by-option.js';
import type { CommandContext } from '../context.js';
import { withContext } from '../context.js';

interface SetOptions {
  readonly queue?: string;
  readonly share?: string;
  readonly salt?: string;
  readonly force?: boolean;
  readonly by?: string;
  readonly why?: string;
}

/** `grader mode`: shows and changes what a queue's bridges do, while they run. */
export function addModeCommand(program: Command): void {
  const commands = program.command('mode').description('show or set how the bridges take messages');
  commands
    .command('show')
    .description('the mode, each bridge with its counts, and the books')
    .option('--queue <name>', 'default: RABBITMQ_QUEUE')
    .addOption(new JsonOption(modeShowAnswer))
    .action(async (options: { queue?: string; json?: boolean }) => {
      await withContext({ queue: options.queue }, async (context) => {
        const asked = await askWhatHolds(context);
        if (options.json === true) printJson(modeShowAnswer, answerOf(context, asked));
        else sayWhatHolds(context, asked);
        if (asked.unreadReason !== undefined || asked.answers.unavailableReason !== undefined) {
          process.exitCode = exitStatus.notDone;
        }
      });
    });
  commands
    .command('set')
    .description('change it for every bridge of the queue, without a restart')
    .addArgument(new Argument('<mode>', 'how').choices(bridgeModes))
    .option('--queue <name>', 'default: RABBITMQ_QUEUE')
    .option('--share <percent>', 'of paced and router, such as 12.5%')
    .option('--force', 'even if nobody consumes the legacy workers’ queue')
    .option('--salt <text>', 'picks other submissions; default: unchanged')
    .addOption(byOption())
    .option('--why <text>', 'reason, kept in the history; mode off needs none')
    .action((mode: BridgeMode, options: SetOptions) => setMode(mode, options));
}

function sayWhatHolds({ settings }: CommandContext, { control, unreadReason, answers }: WhatHolds): void {
  if (unreadReason !== undefined) say(`The setting cannot be read: ${unreadReason}\n`);
  say(fitTerminal(renderBridges(control, answers, settings.queue)));
  say(`\nNext: grader mode set ${bridgeModes.join('|')} [--share 25%] --why TEXT`);
}

async function setMode(mode: BridgeMode, options: SetOptions): Promise<void> {
  const share = shareFor(mode, options.share);
  const why = options.why ?? (mode === 'off' ? 'off' : undefined);
  if (why === undefined) throw new UsageError(`--why is missing: a reason, kept in the history.`);
  await withContext({ queue: options.queue }, async (context) => {
    const { by = context.settings.operator, force, salt } = options;
    const changed = await setBridges(context, { mode, share, by, why, force, salt });
    const { control } = changed;
    say(`${context.settings.queue}: ${describeSetting(control)}, version ${control.version}`);
    say(describeObedience(changed));
    if (!isConfirmed(changed)) process.exitCode = 1;
    if (mode === 'router') {
      say(`The legacy workers must consume ${describeLegacyEnd(context)}`);
    }
  });
}
