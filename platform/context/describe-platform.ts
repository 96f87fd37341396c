import { connectionAttempts } from '../postgres/connection-options.js';
import type { Settings } from '../settings/settings.js';

/** `demo: database 127.0.0.1:5432/code_grader, namespace grading`; no password is in it. */
export function describePlatform(name: string, { databaseUrl, temporal }: Settings): string {
  const [{ host = 'localhost', port = 5432, database = '' }] = connectionAttempts(databaseUrl.reveal());
  return `${name}: database ${host}:${port}/${database}, namespace ${temporal.namespace}`;
}
