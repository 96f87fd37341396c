import type { Command } from 'commander';
import { errorLine } from '../../domain/errors/error-text.js';
import { idRanges } from '../../domain/grading/id-ranges.js';
import { createConfirmedPublisher } from '../../platform/amqp/confirmed-publisher.js';
import { ensureQueue } from '../../platform/amqp/ensure-queue.js';
import { createDatabase } from '../../platform/postgres/database.js';
import { createSubmissionList } from '../../platform/postgres/submission-list.js';
import { say, tell } from '../../platform/terminal/print.js';
import { NotThereError } from '../../platform/terminal/usage-error.js';
import { auditedCommand } from '../audited.js';
import { whyOption } from '../by-option.js';
import type { CommandContext } from '../context.js';
import { withContext } from '../context.js';
import { idList } from '../option-values.js';

const underWay = 500;
/** Published is without the database, too: this is no reason to wait for it. */
const lookMs = 3_000;

/** `grader publish`: publishes submissions as the backend does, on any queue. */
export function addPublishCommand(program: Command): void {
  program
    .command('publish')
    .description('put submissions on a queue, as the backend does')
    .argument('<id...>', 'submission ids, or ranges such as 100-250; what does not exist is left out')
    .option('--queue <name>', 'default: RABBITMQ_QUEUE; declared where missing, as every party does')
    .addOption(whyOption())
    .action(async (texts: string[], options: { queue?: string; why?: string }) => {
      const named = idList('publish', texts);
      await withContext({ queue: options.queue }, async (context) => {
        const submissions = await existing(context, named);
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

/**
 * Those that the database has: of any other, a message would hold a bridge up for seconds until it is in quarantine.
 * @returns all where the database cannot be asked. @throws NotThereError where it has none.
 */
async function existing(
  { settings, log }: Pick<CommandContext, 'settings' | 'log'>,
  named: readonly number[],
): Promise<readonly number[]> {
  const database = createDatabase({
    url: settings.databaseUrl,
    applicationName: 'grader-command',
    log,
    maxConnections: 1,
    connectTimeoutMs: lookMs,
    statementTimeoutMs: lookMs,
  });
  let found: readonly { readonly submissionId: number }[];
  try {
    found = await createSubmissionList(database).byIds(named);
  } catch (error) {
    tell(`nobody looked whether they exist: ${errorLine(error)}`);
    return named;
  } finally {
    await database.close();
  }
  const known = new Set(found.map(({ submissionId }) => submissionId));
  const missing = shortened(idRanges(named.filter((id) => !known.has(id))));
  if (known.size === 0) {
    throw new NotThereError(`The database has no submission ${missing}, so nothing was published.`);
  }
  if (missing !== '') tell(`left out, as the database has no such submission: ${missing}`);
  return named.filter((id) => known.has(id));
}

function shortened(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
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
