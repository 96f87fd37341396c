import type { Command } from 'commander';
import { say } from '../../platform/terminal/print.js';
import { provideServices } from '../services/index.js';
import { findRunningDemo } from '../stack/demo-stack.js';
import { prepareDatabase } from '../stack/platform-database.js';
import { noteStarted } from '../stack/started-context.js';

/** `grader up`: the services only, for work on the code or beside an existing platform. */
export function addUpCommand(program: Command): void {
  program
    .command('up')
    .description('start Docker, RabbitMQ, PostgreSQL and Temporal of this checkout')
    .action(async () => {
      const services = await provideServices();
      const settings = {
        DOCKER_HOST: services.dockerHost,
        DOCKER_IMAGE: services.image,
        AMQP_URL: services.amqpUrl,
        DATABASE_URL: await prepareDatabase(services.databaseUrl),
        TEMPORAL_ADDRESS: services.temporalAddress,
        TEMPORAL_NAMESPACE: services.namespace,
        TEMPORAL_UI_URL: services.temporalUiUrl,
      };
      noteStarted('up', settings, (await findRunningDemo()) !== undefined);
      const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
      say(`\n${lines.join('\n')}\n`);
      say(
        'Everything is up. The commands of ./grader find it with nothing exported; for other programs, export these.',
      );
      say(
        'In a browser: ./grader console, at http://127.0.0.1:8090/. To act there, too, start it with a CONSOLE_TOKEN of 16 characters or more.',
      );
      say('`./grader down` stops what was started.');
    });
}
