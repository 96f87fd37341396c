import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { setBridges } from '../../cli/bridges/set-bridges.js';
import { withContext } from '../../cli/context.js';
import { applySchema } from '../../reference-backend/apply-schema.js';
import { projectRoot } from '../project-root.js';
import type { ServiceAddresses } from '../services/index.js';
import { provideServices } from '../services/index.js';
import type { GradingStack, StackPlaces } from './grading-stack.js';
import { createGradingStack } from './grading-stack.js';
import { ensureDatabase } from './platform-database.js';
import { noteStarted } from './started-context.js';

const demoDatabase = 'code_grader_demo';
const demoQueue = 'grading_queue_demo';
const runningFile = join(projectRoot, '.local', 'demo.json');

/** Where a running demo can be reached by other commands, such as `grader submit`. */
export type RunningDemo = z.infer<typeof runningDemo>;

const runningDemo = z.object({
  pid: z.number(),
  backendUrl: z.string(),
  temporalUiUrl: z.string(),
  namespace: z.string(),
});

/** Services, then the web console, backend, bridge and worker, with a database, a queue and a namespace of their own. */
export async function startDemoStack(say: (line: string) => void): Promise<GradingStack> {
  const services = await provideServices();
  const databaseUrl = await ensureDatabase(services.databaseUrl, demoDatabase);
  await applySchema(databaseUrl);
  const stack = await createGradingStack(demoPlaces(services, databaseUrl));
  try {
    const worker = await stack.launch('worker');
    const watch = { WORKER_HEALTH_URLS: new URL(worker.readyUrl).origin };
    // Before the others, so that there is something to look at while they start.
    const token = randomBytes(18).toString('base64url');
    const webConsole = await stack.start('console', { ...watch, CONSOLE_TOKEN: token });
    say(`console: ${new URL(webConsole.readyUrl).origin}/  (to act, sign in with the token ${token})`);
    say('starting the reference backend, the bridge and the worker');
    await Promise.all([worker.ready(), stack.start('backend'), stack.start('bridge')]);
    await takeEverything(stack);
    noteStarted('demo', { ...stack.environment, ...watch });
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

/** An earlier demo may have been aborted, or moved to a share: this one would wait for verdicts that never come. */
async function takeEverything({ environment }: Pick<GradingStack, 'environment'>): Promise<void> {
  await withContext({ environment: { ...process.env, ...environment }, isQuiet: true }, async (context) => {
    const current = await context.control.newest();
    if (current === undefined || current.mode === 'equal') return;
    const why = 'the demo grades what it hands in';
    await setBridges(context, { mode: 'equal', share: 0, by: 'grader demo', why });
  });
}

/** The demo another terminal keeps up, if there is one. */
export async function findRunningDemo(): Promise<RunningDemo | undefined> {
  try {
    const running = runningDemo.parse(JSON.parse(readFileSync(runningFile, 'utf8')));
    const response = await fetch(`${running.backendUrl}/health`, { signal: AbortSignal.timeout(1000) });
    return response.ok ? running : undefined;
  } catch {
    return undefined;
  }
}

/** Nothing is shared with the platform of `grader up`: a namespace holds the gradings of one database. */
export function demoPlaces(services: ServiceAddresses, databaseUrl: string): StackPlaces {
  return {
    amqpUrl: services.amqpUrl,
    queue: demoQueue,
    databaseUrl,
    dockerHost: services.dockerHost,
    image: services.image,
    temporalAddress: services.temporalAddress,
    namespace: `${services.namespace}-demo`,
    temporalUiUrl: services.temporalUiUrl,
    logDirectory: join(projectRoot, '.local', 'log'),
    // Apart from those of other platforms on this host, which `grader criteria` would count as this one's.
    settings: {
      SAMPLES_DIR: join(projectRoot, '.local', 'samples'),
      // Another checkout's demo has the same queue and namespace, and its bridge keeps its setting there.
      TEMP_DIR: join(projectRoot, '.local', 'scratch'),
    },
  };
}
