import { connectionAttempts } from '../postgres/connection-options.js';
import type { Settings } from '../settings/settings.js';

/** `demo: database 127.0.0.1:5432/code_grader, namespace grading`; no password is in it. */
export function describePlatform(name: string, settings: Settings): string {
  return `${name}: ${platformKey(settings)}`;
}

/** Tells the platforms of a host from each other. */
export function platformKey({ databaseUrl, temporal }: Pick<Settings, 'databaseUrl' | 'temporal'>): string {
  const [{ host = 'localhost', port = 5432, database = '' }] = connectionAttempts(databaseUrl.reveal());
  return `database ${host}:${port}/${database}, namespace ${temporal.namespace}`;
}
