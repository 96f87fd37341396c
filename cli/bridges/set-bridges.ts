import type { BridgeMode } from '../../domain/cutover/bridge-control.js';
import { hasShare } from '../../domain/cutover/bridge-control.js';
import type { Share } from '../../domain/grading/share.js';
import { parseShare } from '../../domain/grading/share.js';
import { UsageError } from '../../platform/terminal/usage-error.js';
import type { CommandContext } from '../context.js';
import type { AskOptions, Obedience } from './change-and-confirm.js';
import { changeAndConfirm, changeSetting } from './change-and-confirm.js';
import { assertLegacyEndIsRead } from './legacy-end.js';
import { orWhatElseStopsTheFlow } from './stop-without-temporal.js';

export interface WantedSetting {
  readonly mode: BridgeMode;
  readonly share: Share;
  readonly by: string;
  readonly why: string;
  /** Also where nobody reads the legacy workers' queue. */
  readonly force?: boolean | undefined;
  /** Unchanged by default. */
  readonly salt?: string | undefined;
}

/** Changes mode and share by hand. @throws ConditionError where what a router forwards would wait for nobody. */
export async function setBridges(
  context: CommandContext,
  wanted: WantedSetting,
  asked: AskOptions = {},
): Promise<Obedience> {
  const { mode, share, by, why, force } = wanted;
  if (force !== true) await assertLegacyEndIsRead(context, [{ mode, share }]);
  return orWhatElseStopsTheFlow(context, mode === 'off', async () => {
    const current = await context.control.newest();
    const salt = wanted.salt ?? current?.salt ?? context.settings.bridgeSetting.salt;
    return changeAndConfirm(context, changeSetting({ mode, share, salt, by, why }), asked);
  });
}

/** @throws UsageError where the mode needs a share, or has none. */
export function shareFor(mode: BridgeMode, text: string | undefined): Share {
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
