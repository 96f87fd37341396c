import { brokerVersion } from '../../../platform/amqp/broker-connection.js';
import type { Check } from '../check.js';
import { failedBy, ok } from '../check.js';

export const broker: Check = {
  name: 'broker',
  area: 'RabbitMQ',
  async run({ broker: connect, settings }) {
    try {
      const connection = await connect();
      const { product } = connection.connection.serverProperties;
      return ok(`${String(product)} ${brokerVersion(connection)} at ${settings.amqpUrl.toString()}`);
    } catch (error) {
      return failedBy(error, 'rabbitmqctl status');
    }
  },
};
