import type { Command } from 'commander';
import { idRanges } from '../../domain/grading/id-ranges.js';
import { createConfirmedPublisher } from '../../platform/amqp/confirmed-publisher.js';
import { ensureQueue } from '../../platform/amqp/ensure-queue.js';
import { say } from '../../platform/terminal/print.js';
import { auditedCommand } from '../audited.js';
import { whyOption } from '../by-option.js';
import type { CommandContext } from '../context.js';
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
    .addOption(whyOption())
    .action(async (texts: string[], options: { queue?: string; why?: string }) => {
      const submissions = idList('publish', texts);
      await withContext({ queue: options.queue }, async (context) => {
        const told = `${submissions.length} submission(s) published to ${context.settings.queue}, confirmed`;
        await auditedCommand(
          context,
          { what: 'publish', target: `submissions ${idRanges(submissions)}`, why: options.why },
          () => publish(context, submissions),
          () => told,
        );
        say(told);
      });
    });
}

async function publish(
  context: Pick<CommandContext, 'settings' | 'broker'>,
  submissions: readonly number[],
): Promise<void> {
  const connection = await context.broker();
  await ensureQueue(connection, context.settings.queue);
  const publisher = createConfirmedPublisher(await connection.createConfirmChannel());
  for (let at = 0; at < submissions.length; at += underWay) {
    await Promise.all(
      submissions
        .slice(at, at + underWay)
        .map((id) =>
          publisher.publish(context.settings.queue, Buffer.from(JSON.stringify({ submission_id: id })), {}),
        ),
    );
  }
}
