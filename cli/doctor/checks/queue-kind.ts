import { brokerVersion } from '../../../platform/amqp/broker-connection.js';
import { comparePlainDeclaration } from '../../../platform/amqp/look-at-queue.js';
import type { QueueFacts } from '../../../platform/amqp/management-api.js';
import type { Check, Finding } from '../check.js';
import { failed, ok, warning } from '../check.js';

/** Policies that silently drop or refuse messages. */
const dangerous = ['message-ttl', 'expires', 'max-length', 'max-length-bytes', 'delivery-limit'];

/** The first version of RabbitMQ whose quorum queues drop a message after 20 deliveries unless a policy says otherwise. */
const limitsDeliveriesFrom = 4;

/**
 * Every party declares the queue durable and without arguments (contract §2). AMQP tells whether it is; only the
 * management API tells its type and policy.
 */
export const queueKind: Check = {
  name: 'queue type and policy',
  area: 'RabbitMQ',
  needs: 'queue',
  async run({ broker, settings, queueFacts }) {
    const { queue } = settings;
    const declared = await comparePlainDeclaration(await broker(), queue);
    const facts = await queueFacts().catch((error: Error) => error);
    if (typeof declared === 'object') {
      return failed(
        `${queue} is not the durable queue without arguments that every party declares: ${declared.differs}; the backend's and the legacy worker's declarations are refused`,
        `empty it, then: rabbitmqctl delete_queue ${queue} --if-empty; the backend makes it anew`,
      );
    }
    const plain =
      declared === 'plain'
        ? 'durable, no arguments'
        : 'arguments not seen (this user may not declare queues)';
    if (facts instanceof Error) {
      return ok(
        `${plain}; type and policy not seen: ${facts.message}. RABBITMQ_MANAGEMENT_URL says where it is`,
      );
    }
    return judgePolicy(plain, facts, { queue, brokerVersion: brokerVersion(await broker()) });
  },
};

export function judgePolicy(
  plain: string,
  facts: QueueFacts,
  { queue, brokerVersion }: { readonly queue: string; readonly brokerVersion: string },
): Finding {
  const policies = [facts.policy, facts.operatorPolicy].filter((name) => name !== undefined);
  const definition = JSON.stringify(facts.policyDefinition);
  const seen = `${plain}, ${facts.type}, ${policies.length === 0 ? 'no policy' : `policy ${policies.join(' and ')} ${definition}`}`;
  // Below 0 it is none (RabbitMQ 4).
  const deliveryLimit = facts.policyDefinition['delivery-limit'];
  const isUnlimited = typeof deliveryLimit === 'number' && deliveryLimit < 0;
  const harms = dangerous.filter(
    (key) => key in facts.policyDefinition && !(key === 'delivery-limit' && isUnlimited),
  );
  if (harms.length > 0) {
    return warning(
      `${seen}: by ${harms.join(', ')} messages of submissions can be dropped or refused`,
      `rabbitmqctl list_policies; rabbitmqctl clear_policy ${policies[0] ?? queue}; find lost ones with: grader sweep`,
    );
  }
  const hasLimit = facts.type === 'quorum' && Number.parseInt(brokerVersion, 10) >= limitsDeliveriesFrom;
  if (isUnlimited || !hasLimit) return ok(seen);
  return warning(
    `${seen}: a quorum queue of RabbitMQ ${brokerVersion} drops a message that came back 20 times without an ack. Our bridge writes it anew before that, a legacy worker that crashes does not`,
    `rabbitmqctl set_policy --apply-to quorum_queues ${queue} "^${queue}$" '{"delivery-limit": -1}'`,
  );
}
