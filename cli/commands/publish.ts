import type { Command } from 'commander';
import { createConfirmedPublisher } from '../../platform/amqp/confirmed-publisher.js';
import { ensureQueue } from '../../platform/amqp/ensure-queue.js';
import { say, withPlatform } from '../bridges/open-platform.js';
import { UsageError } from '../usage-error.js';

const mostIds = 100_000;
const underWay = 500;

/** `grader publish`: asks for gradings as the backend does, on any queue. */
export function addPublishCommand(program: Command): void {
  program
    .command('publish')
    .description('put submissions on a queue, exactly as the backend does, confirmed')
    .argument('<id...>', 'submission ids, or ranges such as 100-250')
    .option('--queue <name>', 'default: RABBITMQ_QUEUE; made as every party declares it where it is missing')
    .action(async (texts: string[], options: { queue?: string }) => {
      const ids = texts.flatMap(parseIds);
      await withPlatform(options.queue, async (platform) => {
        const connection = await platform.broker();
        await ensureQueue(connection, platform.queue);
        const publisher = createConfirmedPublisher(await connection.createConfirmChannel());
        for (let at = 0; at < ids.length; at += underWay) {
          await Promise.all(
            ids
              .slice(at, at + underWay)
              .map((id) =>
                publisher.publish(platform.queue, Buffer.from(JSON.stringify({ submission_id: id })), {}),
              ),
          );
        }
        say(`${ids.length} submission(s) published to ${platform.queue}, confirmed`);
      });
    });
}

function parseIds(text: string): number[] {
  const match = /^(\d+)(?:-(\d+))?$/.exec(text);
  const first = Number(match?.[1] ?? 0);
  const last = Number(match?.[2] ?? first);
  const isFine = first > 0 && last >= first && last <= Number.MAX_SAFE_INTEGER && last - first < mostIds;
  if (!isFine) {
    throw new UsageError(
      `${text} is no submission id. Write a positive whole number, or a range such as 100-250 of at most ${mostIds}.`,
    );
  }
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
