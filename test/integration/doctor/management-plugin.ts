import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../../cli/project-root.js';
import { describeCheckout } from '../../../cli/services/checkout.js';
import { freePort } from '../../../cli/stack/free-port.js';
import { rabbitmqctl } from '../rabbitmqctl.js';

/** RabbitMQ's management API on the private broker for the time of a test; the broker itself goes on running. */
export async function openManagementPlugin(): Promise<{ readonly url: string; close(): Promise<void> }> {
  const port = await freePort();
  const file = join(describeCheckout(projectRoot).localDirectory, 'rabbitmq', 'enabled_plugins');
  const enable = async (plugins: string): Promise<void> => {
    writeFileSync(file, `[${plugins}].\n`);
    await rabbitmqctl('eval', `rabbit_plugins:ensure("${file}").`);
  };
  await rabbitmqctl(
    'eval',
    `application:set_env(rabbitmq_management, tcp_config, [{port, ${port}}, {ip, "127.0.0.1"}], [{persistent, true}]).`,
  );
  await enable('rabbitmq_management');
  return { url: `http://guest:guest@127.0.0.1:${port}`, close: () => enable('') };
}
