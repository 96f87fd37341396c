import type { BridgeSetting } from '../../domain/cutover/bridge-control.js';
import { errorLine } from '../../domain/errors/error-text.js';
import { shareSteps } from '../../domain/grading/share.js';
import { lookAtQueue } from '../../platform/amqp/look-at-queue.js';
import { ConditionError } from '../../platform/terminal/condition-error.js';
import type { CommandContext } from '../context.js';

type LegacyContext = Pick<CommandContext, 'settings' | 'legacyBroker'>;

/** Of two brokers, both queues may have one name. */
export function legacyQueueName({
  legacyQueue,
  legacyAmqpUrl,
}: Pick<CommandContext['settings'], 'legacyQueue' | 'legacyAmqpUrl'>): string {
  return legacyAmqpUrl === undefined ? legacyQueue : `${legacyQueue} of the legacy workers' broker`;
}

/** Which queue the legacy workers must read in mode router, and how they are told. */
export function describeLegacyEnd({ settings }: Pick<CommandContext, 'settings'>): string {
  const { legacyAmqpUrl, legacyQueue } = settings;
  return legacyAmqpUrl === undefined
    ? `${legacyQueue} (the Go worker: RABBITMQ_QUEUE=${legacyQueue}; the Python worker reads no such setting, see LEGACY_AMQP_URL)`
    : `${legacyQueue} at ${legacyAmqpUrl.toString()} (RABBITMQ_HOST of the legacy workers)`;
}

/**
 * A router that forwards to a queue nobody reads strands what it forwards.
 * @throws ConditionError when nobody consumes at the legacy end, or it cannot be looked at.
 */
export async function assertLegacyEndIsRead(
  context: LegacyContext,
  settings: readonly Pick<BridgeSetting, 'mode' | 'share'>[],
): Promise<void> {
  if (!settings.some(({ mode, share }) => mode === 'router' && share < shareSteps)) return;
  const unread = await whyUnread(context);
  if (unread === undefined) return;
  throw new ConditionError(
    `${unread}: what a router forwards would wait for nobody. First start the legacy workers on ${describeLegacyEnd(context)}; ` +
      'then the same command again. Or add --force. See docs/cutover.md',
  );
}

async function whyUnread({ settings, legacyBroker }: LegacyContext): Promise<string | undefined> {
  try {
    const look = await lookAtQueue(await legacyBroker(), settings.legacyQueue);
    if (look === undefined) return `There is no queue ${settings.legacyQueue} at the legacy workers' end`;
    return look.consumers === 0
      ? `Nobody consumes ${settings.legacyQueue} at the legacy workers' end`
      : undefined;
  } catch (error) {
    return `The legacy workers' queue ${settings.legacyQueue} cannot be looked at (${errorLine(error)})`;
  }
}
