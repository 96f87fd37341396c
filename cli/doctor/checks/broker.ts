import type { Check } from '../check.js';
import { failedBy, ok } from '../check.js';

export const broker: Check = {
  name: 'broker',
  area: 'RabbitMQ',
  async run({ broker: connect, settings }) {
    try {
      const connection = await connect();
      const { product, version } = connection.connection.serverProperties;
      return ok(`${String(product)} ${String(version)} at ${settings.amqpUrl.toString()}`);
    } catch (error) {
      return failedBy(error, 'rabbitmqctl status');
    }
  },
};
