import type { Command } from 'commander';
import { printJson, say } from '../../platform/terminal/print.js';
import { renderTable } from '../../platform/terminal/table.js';
import { cutLine } from '../../platform/terminal/text-width.js';
import { UsageError } from '../../platform/terminal/usage-error.js';
import { drop, listQuarantine, requeue } from '../bridges/quarantine-store.js';
import { withContext } from '../context.js';

interface Choice {
  readonly queue?: string;
  readonly all?: boolean;
  readonly json?: boolean;
}

/** `grader quarantine`: shows, requeues or drops the messages that could not be graded. */
export function addQuarantineCommand(program: Command): void {
  const quarantine = program.command('quarantine').description('messages that no retry would help');
  quarantine
    .command('list')
    .description('all of them, with the reason')
    .option('--queue <name>', 'the queue they came from; default: RABBITMQ_QUEUE')
    .option('--json', 'print JSON')
    .action(async (options: Choice) => {
      await withContext({ queue: options.queue }, async (context) => {
        const messages = await listQuarantine(context);
        if (options.json === true) return printJson(messages);
        if (messages.length === 0) return say('Nothing is in quarantine.');
        const rows = messages.map(({ id, at, reason, detail, body }) => [
          id,
          at,
          reason,
          cutLine(detail, 60),
          cutLine(body, 60),
        ]);
        say(renderTable(['id', 'since', 'reason', 'detail', 'body'], rows));
        say('\nNext: ./grader quarantine show|requeue|drop ID');
      });
    });
  quarantine
    .command('show')
    .description('one message as a whole')
    .argument('<id>')
    .option('--queue <name>', 'the queue it came from; default: RABBITMQ_QUEUE')
    .option('--json', 'print JSON')
    .action(async (id: string, options: Choice) => {
      await withContext({ queue: options.queue }, async (context) => {
        const found = (await listQuarantine(context)).find((message) => message.id === id);
        if (!found)
          throw new UsageError(`There is no message ${id} in quarantine. See: ./grader quarantine list`);
        if (options.json === true) return printJson(found);
        say(
          `${found.reason}: ${found.detail}\nsince ${found.at}\n\nheaders ${JSON.stringify(found.headers, undefined, 2)}\n\n${found.body}`,
        );
      });
    });
  for (const [name, description, act] of [
    ['requeue', 'back to the queue it came from, as it was', requeue],
    ['drop', 'delete for good', drop],
  ] as const) {
    quarantine
      .command(name)
      .description(description)
      .argument('[id...]')
      .option('--all', 'every message')
      .option('--queue <name>', 'the queue they came from; default: RABBITMQ_QUEUE')
      .action(async (ids: string[], options: Choice) => {
        if ((ids.length === 0) === (options.all !== true)) {
          throw new UsageError(
            `Name the messages by id, or all of them: ./grader quarantine ${name} ID…|--all`,
          );
        }
        await withContext({ queue: options.queue }, async (context) => {
          const count = await act(context, options.all === true ? 'all' : ids);
          say(`${count} message(s): ${name} done`);
        });
      });
  }
}
