import type { Command } from 'commander';
import type { BridgeControl, BridgeMode } from '../../domain/cutover/bridge-control.js';
import { bridgeModes, describeSetting, hasShare } from '../../domain/cutover/bridge-control.js';
import { errorLine } from '../../domain/errors/error-text.js';
import type { Share } from '../../domain/grading/share.js';
import { parseShare } from '../../domain/grading/share.js';
import { printJson, say } from '../../platform/terminal/print.js';
import { UsageError } from '../../platform/terminal/usage-error.js';
import {
  askBridges,
  changeAndConfirm,
  changeSetting,
  describeObedience,
  isConfirmed,
} from '../bridges/change-and-confirm.js';
import { assertLegacyEndIsRead, describeLegacyEnd } from '../bridges/legacy-end.js';
import { renderBridges } from '../bridges/render-bridges.js';
import { byOption } from '../by-option.js';
import type { CommandContext } from '../context.js';
import { whyTemporalFails, withContext } from '../context.js';

interface SetOptions {
  readonly queue?: string;
  readonly share?: string;
  readonly salt?: string;
  readonly force?: boolean;
  readonly by: string;
  readonly why: string;
}

/** `grader mode`: shows and changes what a queue's bridges do, while they run. */
export function addModeCommand(program: Command): void {
  const mode = program.command('mode').description('show or set how the bridges take messages');
  mode
    .command('show')
    .description('the mode, each bridge with its counts, and the books')
    .option('--queue <name>', 'default: RABBITMQ_QUEUE')
    .option('--json', 'print JSON')
    .action(async (options: { queue?: string; json?: boolean }) => {
      await withContext({ queue: options.queue }, async (context) => {
        const [{ control, unreadReason }, answers] = await Promise.all([
          readControl(context),
          askBridges(context),
        ]);
        if (options.json === true) {
          return printJson({
            queue: context.settings.queue,
            control: control ?? null,
            controlUnreadReason: unreadReason ?? null,
            bridges: answers.reports,
            unreadableBridges: answers.unreadable,
            bridgesUnavailableReason: answers.unavailableReason ?? null,
          });
        }
        if (unreadReason !== undefined) say(`The setting cannot be read: ${unreadReason}\n`);
        say(renderBridges(control, answers, context.settings.queue));
        if (unreadReason !== undefined || answers.unavailableReason !== undefined) process.exitCode = 1;
        say(`\nNext: ./grader mode set ${bridgeModes.join('|')} [--share 25%] --why TEXT`);
      });
    });
  mode
    .command('set')
    .description('change it for every bridge of the queue, without a restart')
    .argument('<mode>', bridgeModes.join(', '))
    .option('--queue <name>', 'default: RABBITMQ_QUEUE')
    .option('--share <percent>', 'of paced and router, such as 12.5%')
    .option('--force', 'even if nobody consumes the legacy workers’ queue')
    .option('--salt <text>', 'picks other submissions; default: unchanged')
    .addOption(byOption())
    .requiredOption('--why <text>', 'reason, kept in the history')
    .action((name: string, options: SetOptions) => setMode(name, options));
}

/** Bridges are shown also while Temporal is out of reach: each says what it obeys. */
async function readControl(
  context: CommandContext,
): Promise<{ readonly control?: BridgeControl | undefined; readonly unreadReason?: string }> {
  try {
    return { control: await context.control.newest() };
  } catch (error) {
    const reason = await whyTemporalFails(context.temporal, error);
    return { unreadReason: errorLine(reason) };
  }
}

async function setMode(name: string, options: SetOptions): Promise<void> {
  const mode = parseMode(name);
  const share = shareFor(mode, options.share);
  await withContext({ queue: options.queue }, async (context) => {
    if (options.force !== true) await assertLegacyEndIsRead(context, [{ mode, share }]);
    const current = await context.control.newest();
    const salt = options.salt ?? current?.salt ?? context.settings.bridgeSetting.salt;
    const change = { mode, share, salt, by: options.by, why: options.why };
    const changed = await changeAndConfirm(context, changeSetting(change));
    const { control } = changed;
    say(`${context.settings.queue}: ${describeSetting(control)}, version ${control.version}`);
    say(describeObedience(changed));
    if (!isConfirmed(changed)) process.exitCode = 1;
    if (mode === 'router') {
      say(`The legacy workers must consume ${describeLegacyEnd(context)}`);
    }
  });
}

function parseMode(name: string): BridgeMode {
  const mode = bridgeModes.find((known) => known === name);
  if (!mode) throw new UsageError(`There is no mode ${name}. Choose one of: ${bridgeModes.join(', ')}`);
  return mode;
}

function shareFor(mode: BridgeMode, text: string | undefined): Share {
  if (!hasShare(mode)) {
    if (text !== undefined)
      throw new UsageError(`Mode ${mode} has no share. Leave --share out, or use paced or router.`);
    return 0;
  }
  const share = text === undefined ? undefined : parseShare(text);
  if (share === undefined) {
    throw new UsageError(
      `Mode ${mode} needs --share, from 0% to 100% in steps of 0.01%, such as --share 12.5%`,
    );
  }
  return share;
}
