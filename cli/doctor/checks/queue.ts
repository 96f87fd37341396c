import { lookAtQueue } from '../../../platform/amqp/look-at-queue.js';
import type { Check } from '../check.js';
import { failed, ok } from '../check.js';

export const queue: Check = {
  name: 'queue',
  area: 'RabbitMQ',
  needs: 'broker',
  async run({ broker, settings }) {
    const look = await lookAtQueue(await broker(), settings.queue);
    if (look !== undefined) return ok(`${settings.queue} is there`);
    return failed(
      `there is no queue ${settings.queue}: RABBITMQ_QUEUE or the vhost of AMQP_URL is wrong, or nobody has used it yet`,
      'rabbitmqctl list_queues --vhost / name; the backend or grader bridge makes it at its start',
    );
  },
};
