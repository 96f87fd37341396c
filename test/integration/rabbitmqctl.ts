import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { projectRoot } from '../../devstack/project-root.js';
import type { Checkout } from '../../devstack/services/checkout.js';
import { describeCheckout } from '../../devstack/services/checkout.js';
import { openState } from '../../devstack/services/state.js';

/**
 * The broker's own tool on the private node of this checkout, for what AMQP cannot ask for: policies, alarms, time-outs.
 * @throws Error when the broker under test is not the private node, or the command fails.
 */
export async function rabbitmqctl(...command: readonly string[]): Promise<string> {
  const checkout = describeCheckout(projectRoot);
  const ports = openState(checkout.stateFile).service('rabbitmq')?.ports;
  if (!process.env.GRADER_TEST_AMQP_URL?.includes(`:${ports?.amqp}/`)) {
    throw new Error(
      'This test sets alarms and policies: it needs the private broker. Unset AMQP_URL and RABBITMQ_HOST.',
    );
  }
  return rabbitmqctlOf(checkout, ...command);
}

/** The same on the private node of any checkout, such as one of a test's own. */
export async function rabbitmqctlOf(checkout: Checkout, ...command: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)('/usr/lib/rabbitmq/bin/rabbitmqctl', [...command], {
    env: {
      PATH: process.env.PATH,
      HOME: join(checkout.localDirectory, 'rabbitmq', 'home'),
      LANG: 'C.UTF-8',
      RABBITMQ_NODENAME: `grader-${checkout.hash}@localhost`,
      ERL_EPMD_PORT: String(openState(checkout.stateFile).service('rabbitmq')?.ports.epmd),
    },
    timeout: 110_000,
  });
  return stdout;
}
