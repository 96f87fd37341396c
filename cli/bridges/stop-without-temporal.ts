import { ActionableError } from '../../platform/process/actionable-error.js';
import { TemporalUnreachableError } from '../../platform/temporal/connection.js';
import type { CommandContext } from '../context.js';
import { whyTemporalFails } from '../context.js';

/**
 * For verbs that take the flow back: the setting of the bridges is in Temporal, and whoever is in a hurry must learn what
 * else helps while it is down.
 * @throws ActionableError, or what `change` throws.
 */
export async function orWhatElseStopsTheFlow<Result>(
  { temporal, settings }: Pick<CommandContext, 'temporal' | 'settings'>,
  isEmergency: boolean,
  change: () => Promise<Result>,
): Promise<Result> {
  try {
    return await change();
  } catch (error) {
    const reason = await whyTemporalFails(temporal, error);
    if (!isEmergency || !(reason instanceof TemporalUnreachableError)) throw reason;
    // Without a cause: by that, the reason alone would be told.
    throw new ActionableError(`${reason.message}\n${whatElse(settings)}`);
  }
}

function whatElse({ queue, legacyQueue, failOpenAfterMs }: CommandContext['settings']): string {
  return [
    'Nothing was changed: the bridges read their setting in Temporal. What stops the flow without it:',
    `- by itself: after ${failOpenAfterMs / 1000} s without Temporal a router forwards everything to ${legacyQueue}, and any other bridge takes nothing`,
    '- stop the bridges: docker compose stop bridge, or systemctl stop grading-bridge. What they hold returns to the queue',
    `- after mode router, let the legacy workers read ${queue} again: nobody else does then`,
    'Once Temporal answers, the same command again: bridges that start obey the setting they had.',
  ].join('\n');
}
