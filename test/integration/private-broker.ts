import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeCheckout } from '../../devstack/services/checkout.js';
import { provideServices, stopServices } from '../../devstack/services/index.js';
import { rabbitmqctlOf } from './rabbitmqctl.js';

/** A broker of one test file's own. */
export interface PrivateBroker {
  rabbitmqctl(...command: readonly string[]): Promise<string>;
  stop(): Promise<void>;
}

const silent = { step: () => undefined, done: () => undefined };

/**
 * For alarms and time-outs, which stop everybody at a broker. From now on it is the broker that `testServices()` of this
 * file names.
 */
export async function usePrivateBroker(): Promise<PrivateBroker> {
  const root = mkdtempSync(join(tmpdir(), 'private-broker-'));
  const { AMQP_URL: _, RABBITMQ_HOST: __, ...environment } = process.env;
  const { amqpUrl } = await provideServices({ only: ['rabbitmq'], root, environment, progress: silent });
  const shared = process.env.GRADER_TEST_AMQP_URL;
  process.env.GRADER_TEST_AMQP_URL = amqpUrl;
  return {
    rabbitmqctl: (...command) => rabbitmqctlOf(describeCheckout(root), ...command),
    async stop() {
      process.env.GRADER_TEST_AMQP_URL = shared;
      await stopServices({ root, environment, purge: true, progress: silent });
      rmSync(root, { recursive: true, force: true });
    },
  };
}
