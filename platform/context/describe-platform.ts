import { connectionAttempts } from '../postgres/connection-options.js';
import type { Settings } from '../settings/settings.js';

/** `demo: database 127.0.0.1:5432/code_grader, namespace grading`; no password is in it. */
export function describePlatform(name: string, settings: Pick<Settings, 'databaseUrl' | 'temporal'>): string {
  return `${name}: ${platformKey(settings)}`;
}

/** Tells the platforms of a host from each other. */
export function platformKey(settings: Pick<Settings, 'databaseUrl' | 'temporal'>): string {
  return `database ${describeDatabase(settings)}, namespace ${settings.temporal.namespace}`;
}

/** `127.0.0.1:5432/code_grader` */
export function describeDatabase({ databaseUrl }: Pick<Settings, 'databaseUrl'>): string {
  const [{ host = 'localhost', port = 5432, database = '' }] = connectionAttempts(databaseUrl.reveal());
  return `${host}:${port}/${database}`;
}
