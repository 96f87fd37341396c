import type { Command } from 'commander';
import { confirm, yesOption } from '../../platform/terminal/confirm.js';
import { JsonOption, printJson } from '../../platform/terminal/json-answer.js';
import { say } from '../../platform/terminal/print.js';
import { renderTable } from '../../platform/terminal/table.js';
import { cutLine } from '../../platform/terminal/text-width.js';
import { NotThereError, UsageError } from '../../platform/terminal/usage-error.js';
import { quarantineListAnswer, quarantineShowAnswer } from '../answers/other-answers.js';
import { auditedCommand } from '../audited.js';
import type { Quarantined } from '../bridges/quarantine-store.js';
import { chooseMessages, dropSeen, listQuarantine, requeue } from '../bridges/quarantine-store.js';
import { whyOption } from '../by-option.js';
import { withContext } from '../context.js';

interface Choice {
  readonly queue?: string;
  readonly all?: boolean;
  readonly yes?: boolean;
  readonly why?: string;
  readonly json?: boolean;
}

/** `grader quarantine`: shows, requeues or drops the messages that could not be graded. */
export function addQuarantineCommand(program: Command): void {
  const quarantine = program.command('quarantine').description('messages that no retry would help');
  quarantine
    .command('list')
    .description('all of them, with the reason')
    .option('--queue <name>', 'the queue they came from; default: RABBITMQ_QUEUE')
    .addOption(new JsonOption(quarantineListAnswer))
    .action(async (options: Choice) => {
      await withContext({ queue: options.queue }, async (context) => {
        const messages = await listQuarantine(context);
        if (options.json === true) return printJson(quarantineListAnswer, { messages });
        if (messages.length === 0) return say('Nothing is in quarantine.');
        say(renderList(messages));
        say('\nNext: grader quarantine show|requeue|drop ID');
      });
    });
  quarantine
    .command('show')
    .description('one message as a whole')
    .argument('<id>')
    .option('--queue <name>', 'the queue it came from; default: RABBITMQ_QUEUE')
    .addOption(new JsonOption(quarantineShowAnswer))
    .action(async (id: string, options: Choice) => {
      await withContext({ queue: options.queue }, async (context) => {
        const found = (await listQuarantine(context)).find((message) => message.id === id);
        if (!found)
          throw new NotThereError(`There is no message ${id} in quarantine. See: grader quarantine list`);
        if (options.json === true) return printJson(quarantineShowAnswer, found);
        say(
          `${found.reason}: ${found.detail}\nsince ${found.at}\n\nheaders ${JSON.stringify(found.headers, undefined, 2)}\n\n${found.body}`,
        );
      });
    });
  withChoice(quarantine.command('requeue').description('back to the queue it came from, as it was')).action(
    (ids: string[], options: Choice) =>
      withContext({ queue: options.queue }, async (context) => {
        const chosen = chosenIds('requeue', ids, options);
        const told = (count: number) => `${count} message(s) are back on ${context.settings.queue}`;
        const target = chosen === 'all' ? 'all messages' : chosen.join(' ');
        const count = await auditedCommand(
          context,
          { what: 'quarantine requeue', target, why: options.why },
          () => requeue(context, chosen),
          told,
        );
        say(told(count));
      }),
  );
  withChoice(quarantine.command('drop').description('delete for good; asks first'))
    .option(...yesOption)
    .action((ids: string[], options: Choice) =>
      withContext({ queue: options.queue }, async (context) => {
        const chosen = chosenIds('drop', ids, options);
        const messages = chooseMessages(await listQuarantine(context), chosen);
        if (messages.length === 0) return say('Nothing is in quarantine.');
        say(renderList(messages));
        await confirm(`Delete ${messages.length} message(s) for good?`, options.yes);
        // Those that were shown: another may have come in between.
        const shown = messages.map(({ id }) => id);
        const told = (count: number) => `${count} message(s) deleted`;
        const count = await auditedCommand(
          context,
          { what: 'quarantine drop', target: shown.join(' '), why: options.why },
          () => dropSeen(context, shown),
          told,
        );
        say(told(count));
      }),
    );
}

function withChoice(command: Command): Command {
  return command
    .argument('[id...]')
    .option('--all', 'every message')
    .option('--queue <name>', 'the queue they came from; default: RABBITMQ_QUEUE')
    .addOption(whyOption());
}

/** @throws UsageError */
function chosenIds(verb: string, ids: readonly string[], { all }: Choice): readonly string[] | 'all' {
  if ((ids.length === 0) === (all !== true)) {
    throw new UsageError(`Name the messages by id, or all of them: grader quarantine ${verb} ID…|--all`);
  }
  return all === true ? 'all' : ids;
}

function renderList(messages: readonly Quarantined[]): string {
  const rows = messages.map(({ id, at, reason, detail, body }) => [
    id,
    at,
    reason,
    cutLine(detail, 60),
    cutLine(body, 60),
  ]);
  return renderTable(['id', 'since', 'reason', 'detail', 'body'], rows);
}
