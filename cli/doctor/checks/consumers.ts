import type { BridgeControl } from '../../../domain/cutover/bridge-control.js';
import { describeSetting } from '../../../domain/cutover/bridge-control.js';
import type { BridgeReport, UnreadableReport } from '../../../domain/cutover/bridge-report.js';
import { shareSteps } from '../../../domain/grading/share.js';
import { lookAtQueue } from '../../../platform/amqp/look-at-queue.js';
import type { Check, Finding } from '../check.js';
import { failed, ok, warning } from '../check.js';

export interface ConsumersSeen {
  readonly queue: string;
  readonly legacyQueue: string;
  /** Where that is another broker or vhost than ours, its address without the password. */
  readonly legacyBroker?: string | undefined;
  readonly consumers: number;
  /** Undefined if there is no such queue. */
  readonly legacyConsumers: number | undefined;
  readonly bridges: readonly Pick<BridgeReport, 'state' | 'isHealthy' | 'unavailableReason' | 'control'>[];
  readonly unreadable: readonly UnreadableReport[];
  /** Addresses; undefined without the management API. */
  readonly hosts: readonly string[] | undefined;
}

/** Who takes messages: our bridges identify themselves, all others are legacy workers. */
export const consumers: Check = {
  name: 'consumers',
  area: 'RabbitMQ',
  needs: 'queue',
  async run({ broker, legacyBroker, bridges, settings, queueFacts }) {
    const connection = await broker();
    const { reports, unreadable } = await bridges();
    const [look, legacy, facts] = await Promise.all([
      lookAtQueue(connection, settings.queue),
      legacyBroker().then((there) => lookAtQueue(there, settings.legacyQueue)),
      queueFacts().catch(() => undefined),
    ]);
    return judgeConsumers({
      queue: settings.queue,
      legacyQueue: settings.legacyQueue,
      consumers: look?.consumers ?? 0,
      legacyBroker: settings.legacyAmqpUrl?.toString(),
      legacyConsumers: legacy?.consumers,
      bridges: reports,
      unreadable,
      hosts: facts?.consumerHosts,
    });
  },
};

/** A bridge that waits for broker, database or Temporal, or that another consumer shuts out, cannot answer. */
const startOrLook =
  'grader bridge; where one runs, its log and /healthz (BRIDGE_HEALTH_PORT) say what it waits for';

export function judgeConsumers(seen: ConsumersSeen): Finding {
  const { queue, bridges } = seen;
  const ours = bridges.filter(({ state }) => state === 'consuming').length;
  const old = Math.max(0, seen.consumers - ours);
  const from = seen.hosts && seen.hosts.length > 0 ? ` (consumers at ${seen.hosts.join(', ')})` : '';
  const router = bridges.find(({ control }) => control.mode === 'router')?.control;
  const ill = bridges.find(({ isHealthy }) => !isHealthy);
  if (ill !== undefined) {
    return failed(
      `a bridge is ${ill.state}: ${ill.unavailableReason ?? 'no reason given'}${from}`,
      'grader mode show',
    );
  }
  const [unread] = seen.unreadable;
  if (unread !== undefined) {
    return failed(
      `${unread.id} answers with a report that cannot be read (${unread.why})${from}`,
      'start that bridge again with the version of this command; then grader mode show',
    );
  }
  if (router !== undefined) return judgeRouter(seen, router, old, from);
  const counts = `${ours} of ${bridges.length} bridge(s) consume, ${old} other consumer(s)${from}`;
  if (seen.consumers === 0 && bridges.some(({ state }) => state === 'full')) {
    return warning(
      `no message is taken: a bridge is full, since more gradings wait than BRIDGE_BACKLOG_LIMIT, and there is no legacy worker: ${counts}`,
      'grader status --watch; more workers, or a larger BRIDGE_BACKLOG_LIMIT',
    );
  }
  if (seen.consumers === 0) {
    return failed(
      `nobody takes messages from ${queue}: ${counts}`,
      `${startOrLook}, or start the legacy worker again`,
    );
  }
  if (bridges.length === 0) {
    return warning(`no bridge of ours answers, and somebody else takes messages: ${counts}`, startOrLook);
  }
  const how = describeSetting(bridges[0]?.control ?? { mode: 'equal', share: 0 });
  return ok(`${counts}, mode ${how}; the legacy worker is ${old > 0 ? 'alive' : 'not here'}`);
}

function judgeRouter(
  { queue, legacyQueue, legacyBroker, legacyConsumers }: ConsumersSeen,
  control: Pick<BridgeControl, 'mode' | 'share'>,
  old: number,
  from: string,
): Finding {
  const there = legacyBroker === undefined ? '' : ` at ${legacyBroker}`;
  const seen = `${describeSetting(control)}; ${legacyConsumers ?? 0} consumer(s) of ${legacyQueue}${there}`;
  const start =
    legacyBroker === undefined
      ? `start the legacy workers with RABBITMQ_QUEUE=${legacyQueue}; the Python worker needs LEGACY_AMQP_URL, see docs/cutover.md`
      : `start the legacy workers with the RABBITMQ_HOST of LEGACY_AMQP_URL, ${legacyBroker}`;
  if (old > 0) {
    return warning(
      `${seen}; ${old} other consumer(s) still take from ${queue} itself${from}, so the share is not exact`,
      start,
    );
  }
  if ((legacyConsumers ?? 0) === 0 && control.share < shareSteps) {
    return failed(
      `${seen}: what is forwarded waits for nobody`,
      `${start}; or grader mode set primary --why TEXT`,
    );
  }
  return ok(`${seen}; the legacy worker is ${(legacyConsumers ?? 0) > 0 ? 'alive' : 'not here'}`);
}
