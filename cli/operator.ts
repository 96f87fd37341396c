import type { Database } from '../platform/postgres/database.js';
import { createDatabase } from '../platform/postgres/database.js';
import { loadEnvFile } from '../platform/process/env-file.js';
import type { Logger } from '../platform/process/logger.js';
import { createLogger } from '../platform/process/logger.js';
import type { Settings } from '../platform/settings/settings.js';
import { loadSettings } from '../platform/settings/settings.js';
import type { TemporalClient } from '../platform/temporal/connection.js';
import { createTemporalClient } from '../platform/temporal/connection.js';

/** What an operators' command works on: the platform and Temporal, as the settings name them. */
export interface Operator {
  readonly settings: Settings;
  readonly temporal: TemporalClient;
  /** Connects on first use. */
  readonly database: Database;
  readonly log: Logger;
}

/** Opens both, runs `work`, closes both. @throws SettingsError, or an error that says that Temporal is down. */
export async function withOperator<Result>(work: (operator: Operator) => Promise<Result>): Promise<Result> {
  const settings = loadSettings(loadEnvFile(process.env, process.cwd()));
  // Standard output belongs to the command's answer.
  const log = createLogger({ name: 'grader', level: 'warn', format: 'pretty', destination: process.stderr });
  const temporal = createTemporalClient(settings.temporal);
  const database = createDatabase({
    url: settings.databaseUrl,
    applicationName: 'grader-command',
    log,
    maxConnections: 2,
  });
  try {
    // More patience than a bridge has: a bridge asks again by itself.
    await temporal.check(20_000);
    return await work({ settings, temporal, database, log });
  } finally {
    await Promise.allSettled([database.close(), temporal.close()]);
  }
}
