import type { Command } from 'commander';
import { provideServices } from '../services/index.js';

/** `grader up`: the services only, for work on the code or beside an existing platform. */
export function addUpCommand(program: Command): void {
  program
    .command('up')
    .description('provide Docker, the sandbox image, RabbitMQ, PostgreSQL and Temporal')
    .action(async () => {
      const services = await provideServices();
      const lines = [
        `DOCKER_HOST=${services.dockerHost}`,
        `DOCKER_IMAGE=${services.image}`,
        `AMQP_URL=${services.amqpUrl}`,
        `DATABASE_URL=${services.databaseUrl}`,
        `TEMPORAL_ADDRESS=${services.temporalAddress}`,
        `TEMPORAL_NAMESPACE=${services.namespace}`,
        `TEMPORAL_UI_URL=${services.temporalUiUrl}`,
      ];
      process.stdout.write(
        `\n${lines.join('\n')}\n\nEverything is up. \`./grader down\` stops what was started.\n`,
      );
    });
}
