import { quarantineQueue } from '../../../bridge/quarantine.js';
import { lookAtQueue } from '../../../platform/amqp/look-at-queue.js';
import { legacyQueueName } from '../../bridges/legacy-end.js';
import type { Check } from '../check.js';
import { ok, warning } from '../check.js';

/** This many messages take minutes even if all is well. */
const many = 500;

export const queueDepth: Check = {
  name: 'queue depth',
  area: 'RabbitMQ',
  needs: 'queue',
  async run({ broker, legacyBroker, settings }) {
    const connection = await broker();
    const [main, legacy, quarantine] = await Promise.all([
      lookAtQueue(connection, settings.queue),
      legacyBroker().then((there) => lookAtQueue(there, settings.legacyQueue)),
      lookAtQueue(connection, quarantineQueue(settings.queue)),
    ]);
    const waiting = (main?.messages ?? 0) + (legacy?.messages ?? 0);
    const bad = quarantine?.messages ?? 0;
    const seen = `${main?.messages ?? 0} wait in ${settings.queue}, ${legacy?.messages ?? 0} in ${legacyQueueName(settings)}, ${bad} in quarantine`;
    if (bad > 0) return warning(`${seen}: nobody grades those in quarantine`, 'grader quarantine list');
    if (waiting < many) return ok(seen);
    return warning(`${seen}: consumers do not keep up`, 'grader status --watch');
  },
};
