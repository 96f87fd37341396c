import { applySchema } from '../../reference-backend/apply-schema.js';
import { provideServices } from '../services/index.js';
import type { GradingStack } from './grading-stack.js';
import { createGradingStack } from './grading-stack.js';
import { ensureDatabase } from './platform-database.js';

export interface OwnStackOptions {
  /** Of the queue and the namespace, and with underscores of the database; one that exists is used again. */
  readonly name: string;
  readonly logDirectory: string;
  readonly settings?: Readonly<Record<string, string>>;
}

/** A stack with a database, a queue and a namespace of its own on the checkout's services; nothing is started yet. */
export async function createOwnStack({ name, ...options }: OwnStackOptions): Promise<GradingStack> {
  const services = await provideServices();
  const databaseUrl = await ensureDatabase(services.databaseUrl, name.replaceAll('-', '_'));
  await applySchema(databaseUrl);
  return createGradingStack({ ...services, databaseUrl, queue: name, namespace: name, ...options });
}
