import type { Command } from 'commander';
import { createConfirmedPublisher } from '../../platform/amqp/confirmed-publisher.js';
import { ensureQueue } from '../../platform/amqp/ensure-queue.js';
import { say } from '../../platform/terminal/print.js';
import { withContext } from '../context.js';
import { idList } from '../option-values.js';

const underWay = 500;

/** `grader publish`: publishes submissions as the backend does, on any queue. */
export function addPublishCommand(program: Command): void {
  program
    .command('publish')
    .description('put submissions on a queue, as the backend does')
    .argument('<id...>', 'submission ids, or ranges such as 100-250')
    .option('--queue <name>', 'default: RABBITMQ_QUEUE; declared where missing, as every party does')
    .action(async (texts: string[], options: { queue?: string }) => {
      const submissions = idList('publish', texts);
      await withContext({ queue: options.queue }, async (context) => {
        const connection = await context.broker();
        await ensureQueue(connection, context.settings.queue);
        const publisher = createConfirmedPublisher(await connection.createConfirmChannel());
        for (let at = 0; at < submissions.length; at += underWay) {
          await Promise.all(
            submissions
              .slice(at, at + underWay)
              .map((id) =>
                publisher.publish(
                  context.settings.queue,
                  Buffer.from(JSON.stringify({ submission_id: id })),
                  {},
                ),
              ),
          );
        }
        say(`${submissions.length} submission(s) published to ${context.settings.queue}, confirmed`);
      });
    });
}
