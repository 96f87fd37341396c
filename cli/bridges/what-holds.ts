import type { BridgeControl } from '../../domain/cutover/bridge-control.js';
import { errorLine } from '../../domain/errors/error-text.js';
import type { CommandContext } from '../context.js';
import { whyTemporalFails } from '../context.js';
import type { AskedBridges } from './change-and-confirm.js';
import { askBridges } from './change-and-confirm.js';

/** What the bridges of the queue are told, and what they say. */
export interface WhatHolds {
  readonly control?: BridgeControl | undefined;
  /** Bridges are shown also while Temporal is out of reach: each says what it obeys. */
  readonly unreadReason?: string;
  readonly answers: AskedBridges;
}

/** Never rejects: that something cannot be read is what there is to see. */
export async function askWhatHolds(context: CommandContext): Promise<WhatHolds> {
  const [control, answers] = await Promise.all([readControl(context), askBridges(context)]);
  return { ...control, answers };
}

async function readControl(context: CommandContext): Promise<Omit<WhatHolds, 'answers'>> {
  try {
    return { control: await context.control.newest() };
  } catch (error) {
    const reason = await whyTemporalFails(context.temporal, error);
    return { unreadReason: errorLine(reason) };
  }
}

export function answerOf(
  { settings }: Pick<CommandContext, 'settings'>,
  { control, unreadReason, answers }: WhatHolds,
) {
  return {
    queue: settings.queue,
    control: control ?? null,
    controlUnreadReason: unreadReason ?? null,
    bridges: answers.reports,
    unreadableBridges: answers.unreadable,
    bridgesUnavailableReason: answers.unavailableReason ?? null,
  };
}
