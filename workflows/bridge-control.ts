import { condition, defineQuery, defineSignal, setCurrentDetails, setHandler } from '@temporalio/workflow';
import type { BridgeControl } from '../domain/cutover/bridge-control.js';
import { describeSetting, replacedSignal } from '../domain/cutover/bridge-control.js';
import { escapeMarkdown } from './escape-markdown.js';

export const controlQuery = defineQuery<BridgeControl>('control');

/**
 * One version of what the bridges do. It holds the setting, shows it, and ends when the next version replaces it.
 *
 * Bridges read the setting from its memo and writers make the next version by starting it, so neither needs a worker:
 * taking the share back works while every worker is down.
 */
export async function bridgeControl(control: BridgeControl): Promise<void> {
  let isReplaced = false;
  setHandler(defineSignal(replacedSignal), () => {
    isReplaced = true;
  });
  setHandler(controlQuery, () => control);
  setCurrentDetails(
    [
      `**${describeSetting(control)}**`,
      ...[`by ${control.by}: ${control.why}`, ...(control.evidence ?? [])].map(escapeMarkdown),
    ].join('\n\n'),
  );
  await condition(() => isReplaced);
}
