import { brokerVersion } from '../../../platform/amqp/broker-connection.js';
import { comparePlainDeclaration, lookAtQueue } from '../../../platform/amqp/look-at-queue.js';
import { managementApi, readQueueFacts } from '../../../platform/amqp/management-api.js';
import { legacyQueueName } from '../../bridges/legacy-end.js';
import type { Check } from '../check.js';
import { ok, warning } from '../check.js';
import { judgePolicy } from './queue-kind.js';

/** What a router forwards must be as safe there as in the platform's own queue. */
export const legacyQueue: Check = {
  name: 'legacy queue',
  area: 'RabbitMQ',
  needs: 'queue',
  async run({ legacyBroker, settings }) {
    const name = legacyQueueName(settings);
    const connection = await legacyBroker();
    // A declaration would make one that is not there.
    if ((await lookAtQueue(connection, settings.legacyQueue)) === undefined) {
      return ok(`there is no ${name}; a router makes it when it forwards`);
    }
    const declared = await comparePlainDeclaration(connection, settings.legacyQueue);
    if (typeof declared === 'object') {
      return warning(
        `${name} is not a durable queue without arguments: ${declared.differs}; what a router forwards can be dropped or refused there`,
        `empty it, then: rabbitmqctl delete_queue ${settings.legacyQueue} --if-empty; a router makes it anew`,
      );
    }
    const plain = declared === 'plain' ? 'durable, no arguments' : 'arguments not seen';
    // The management API that is configured is that of the platform's own broker.
    if (settings.legacyAmqpUrl !== undefined) return ok(`${name}: ${plain}`);
    const api = managementApi(settings.amqpUrl, settings.watch.managementUrl);
    const facts = await readQueueFacts(api, settings.legacyQueue).catch(() => undefined);
    return facts === undefined
      ? ok(`${name}: ${plain}; policy not seen`)
      : judgePolicy(`${name}: ${plain}`, facts, {
          queue: settings.legacyQueue,
          brokerVersion: brokerVersion(connection),
        });
  },
};
