import { ActionableError } from '../process/actionable-error.js';

/** The broker has an alarm: it takes no messages until the alarm ends. */
export class BrokerBlockedError extends ActionableError {
  override readonly name = 'BrokerBlockedError';

  constructor(reason: string) {
    super(`RabbitMQ takes no messages: it has an alarm (${reason || 'no reason given'})`, {
      remedy:
        'rabbitmq-diagnostics alarms; give the broker memory or disk, or let consumers drain its queues',
    });
  }
}
