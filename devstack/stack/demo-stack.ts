import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { applySchema } from '../../reference-backend/apply-schema.js';
import { projectRoot } from '../project-root.js';
import type { ServiceAddresses } from '../services/index.js';
import { provideServices } from '../services/index.js';
import type { GradingStack } from './grading-stack.js';
import { createGradingStack } from './grading-stack.js';

const demoDatabase = 'code_grader_demo';
const demoQueue = 'grading_queue_demo';
const runningFile = join(projectRoot, '.local', 'demo.json');

/** Where a running demo can be reached by other commands, such as `grader submit`. */
export interface RunningDemo {
  readonly pid: number;
  readonly backendUrl: string;
  readonly temporalUiUrl: string;
  readonly namespace: string;
}

/** Services, then backend, bridge and worker, with a database and a queue of their own. */
export async function startDemoStack(say: (line: string) => void): Promise<GradingStack> {
  const services = await provideServices();
  const databaseUrl = await ensureDatabase(services.databaseUrl, demoDatabase);
  await applySchema(databaseUrl);
  const stack = await createGradingStack(places(services, databaseUrl));
  try {
    say('starting the reference backend, the bridge and the worker');
    await Promise.all([stack.start('backend'), stack.start('worker'), stack.start('bridge')]);
  } catch (error) {
    await stack.stop();
    throw error;
  }
  const running: RunningDemo = {
    pid: process.pid,
    backendUrl: stack.backendUrl,
    temporalUiUrl: stack.places.temporalUiUrl,
    namespace: stack.places.namespace,
  };
  writeFileSync(runningFile, JSON.stringify(running));
  return stack;
}

/** The demo another terminal keeps up, if there is one. */
export async function findRunningDemo(): Promise<RunningDemo | undefined> {
  try {
    const running = JSON.parse(readFileSync(runningFile, 'utf8')) as RunningDemo;
    const response = await fetch(`${running.backendUrl}/health`, { signal: AbortSignal.timeout(1000) });
    return response.ok ? running : undefined;
  } catch {
    return undefined;
  }
}

/** Makes a database on the server of `adminUrl` unless it exists. @returns its URL. */
export async function ensureDatabase(adminUrl: string, name: string): Promise<string> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name]);
    if (rowCount === 0) await client.query(`create database ${pg.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  return url.toString();
}

function places(services: ServiceAddresses, databaseUrl: string) {
  return {
    amqpUrl: services.amqpUrl,
    queue: demoQueue,
    databaseUrl,
    dockerHost: services.dockerHost,
    image: services.image,
    temporalAddress: services.temporalAddress,
    namespace: services.namespace,
    temporalUiUrl: services.temporalUiUrl,
    logDirectory: join(projectRoot, '.local', 'log'),
  };
}
