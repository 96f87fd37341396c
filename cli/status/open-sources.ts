import type { ChannelModel } from 'amqplib';
import { connectBroker } from '../../platform/amqp/broker-connection.js';
import { closeConnection } from '../../platform/amqp/close-connection.js';
import { createDatabase } from '../../platform/postgres/database.js';
import { loadEnvFile } from '../../platform/process/env-file.js';
import { createLogger } from '../../platform/process/logger.js';
import { loadSettings } from '../../platform/settings/settings.js';
import { createTemporalClient } from '../../platform/temporal/connection.js';
import type { StatusSources } from './read-status.js';

/** Unlike for other commands, these sources may be down: the status then shows that. */
export async function withStatusSources<Result>(
  work: (sources: StatusSources) => Promise<Result>,
): Promise<Result> {
  const settings = loadSettings(loadEnvFile(process.env, process.cwd()));
  const temporal = createTemporalClient(settings.temporal);
  const database = createDatabase({
    url: settings.databaseUrl,
    applicationName: 'grader-command',
    log: createLogger({ name: 'grader', level: 'silent', format: 'json' }),
    maxConnections: 2,
  });
  let connecting: Promise<ChannelModel> | undefined;
  const broker = (): Promise<ChannelModel> => {
    connecting ??= connectBroker(settings.amqpUrl, 'grader status').then(
      (connection) => {
        connection.once('close', () => {
          connecting = undefined;
        });
        return connection;
      },
      (error: unknown) => {
        connecting = undefined;
        throw error;
      },
    );
    return connecting;
  };
  try {
    return await work({ settings, temporal, database, broker });
  } finally {
    const connection = await connecting?.catch(() => undefined);
    if (connection !== undefined) await closeConnection(connection);
    await Promise.allSettled([database.close(), temporal.close()]);
  }
}
