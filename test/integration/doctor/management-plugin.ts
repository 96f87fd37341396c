import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import getPort from 'get-port';
import { projectRoot } from '../../../devstack/project-root.js';
import { describeCheckout } from '../../../devstack/services/checkout.js';
import { rabbitmqctl } from '../rabbitmqctl.js';

export interface ManagementPlugin {
  readonly url: string;
  /** A policy named `doctor` for one queue. */
  setPolicy(queue: string, definition: object): Promise<void>;
  clearPolicy(): Promise<void>;
  close(): Promise<void>;
}

const policyPath = '/api/policies/%2f/doctor';

/** RabbitMQ's management API on the private broker for the time of a test; the broker itself goes on running. */
export async function openManagementPlugin(): Promise<ManagementPlugin> {
  const port = await getPort();
  const file = join(describeCheckout(projectRoot).localDirectory, 'rabbitmq', 'enabled_plugins');
  // Each call of the tool takes seconds.
  const enable = async (plugins: string, before = ''): Promise<void> => {
    writeFileSync(file, `[${plugins}].\n`);
    await rabbitmqctl('eval', `${before}rabbit_plugins:ensure("${file}").`);
  };
  await enable(
    'rabbitmq_management',
    `application:set_env(rabbitmq_management, tcp_config, [{port, ${port}}, {ip, "127.0.0.1"}], [{persistent, true}]), `,
  );
  const send = async (method: string, body?: object): Promise<void> => {
    const response = await fetch(`http://127.0.0.1:${port}${policyPath}`, {
      method,
      headers: { authorization: `Basic ${btoa('guest:guest')}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${policyPath} answered ${response.status}`);
  };
  return {
    url: `http://guest:guest@127.0.0.1:${port}`,
    setPolicy: (queue, definition) =>
      send('PUT', { pattern: `^${queue}$`, definition, 'apply-to': 'queues' }),
    clearPolicy: () => send('DELETE'),
    close: () => enable(''),
  };
}
