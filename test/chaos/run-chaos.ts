/**
 * Theory of operation. A run has services of its own, a backend that fails on command, a bridge and two workers under
 * supervision. Two things then go on side by side: submissions (and bad messages) are handed in at their planned times,
 * each until it is accepted, and faults are inflicted at theirs. After the last of both everything is mended and the
 * queue runs dry. Then everything is stopped, and the ledger is drawn from the database, the log of the backend, the
 * broker, the server and the engine, none of which trusts what the workers say of themselves.
 */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { projectRoot } from '../../devstack/project-root.js';
import { createGradingStack } from '../../devstack/stack/grading-stack.js';
import { ensureDatabase } from '../../devstack/stack/platform-database.js';
import { connectBroker } from '../../platform/amqp/broker-connection.js';
import { createConfirmedPublisher } from '../../platform/amqp/confirmed-publisher.js';
import { Secret } from '../../platform/settings/secret.js';
import { applySchema } from '../../reference-backend/apply-schema.js';
import { connectDocker, dockerAddress } from '../../sandbox/docker.js';
import { closedWorkflows, drawLedger, listContainers, untilFinal } from './facts.js';
import type { FaultyBackend } from './faulty-backend.js';
import { startFaultyBackend } from './faulty-backend.js';
import type { Ledger } from './ledger.js';
import type { Members } from './members.js';
import { startMembers } from './members.js';
import type { ChaosProgram, ProgramName } from './programs.js';
import { createProblems, programs } from './programs.js';
import type { Fault, ScheduleOptions } from './schedule.js';
import { describeFault, planChaos, renderSchedule } from './schedule.js';
import type { ChaosServices } from './services.js';
import { startChaosServices } from './services.js';
import { submitUntilAccepted } from './submit.js';

export interface ChaosOptions extends Omit<ScheduleOptions, 'restartsDocker'> {
  readonly say: (line: string) => void;
  /** After the last fault, for the queue to run dry. */
  readonly drainMs: number;
}

/** @throws when the run itself breaks; a ledger that does not balance is a result. */
export async function runChaos(options: ChaosOptions): Promise<Ledger> {
  const services = await startChaosServices();
  try {
    return await runOn(services, options);
  } finally {
    await services.stop();
  }
}

async function runOn(services: ChaosServices, options: ChaosOptions): Promise<Ledger> {
  const { say } = options;
  const schedule = planChaos({ ...options, restartsDocker: services.ownsDocker });
  say(renderSchedule(schedule));
  if (!services.ownsDocker) say('The engine is the machine’s own and is left alone.');
  const name = `chaos-${randomUUID().slice(0, 8)}`;
  const databaseUrl = await ensureDatabase(services.addresses.databaseUrl, name.replace('-', '_'));
  await applySchema(databaseUrl);
  const stack = await createGradingStack({
    ...services.addresses,
    databaseUrl,
    queue: name,
    namespace: name,
    logDirectory: join(projectRoot, '.local', 'log', name),
    settings: { CONTAINER_POOL_SIZE: '2', LOG_LEVEL: 'info' },
  });
  say(`logs: ${stack.places.logDirectory}`);
  await stack.start('backend');
  const backend = await startFaultyBackend(stack.backendUrl);
  const members = await startMembers(stack, backend.url);
  const accepted = new Map<number, ProgramName>();
  const badMessages: string[] = [];
  try {
    const problemIds = await createProblems(stack.backendUrl);
    const startedAt = Date.now();
    const at = (ms: number) => sleep(Math.max(0, startedAt + ms - Date.now()));
    const elapsed = () => `${((Date.now() - startedAt) / 1000).toFixed(1)} s`;
    await Promise.all([
      Promise.all(
        schedule.submissions.map(async ({ atMs, program }, mark) => {
          await at(atMs);
          const { problem, language, source }: ChaosProgram = programs[program];
          const id = await submitUntilAccepted(stack.backendUrl, {
            problem_id: problemIds[problem],
            language,
            source_code: source(mark),
          });
          accepted.set(id, program);
        }),
      ),
      Promise.all(
        schedule.badMessages.map(async ({ atMs, body }) => {
          await at(atMs);
          await publishUntilConfirmed(stack.places.amqpUrl, name, body);
          badMessages.push(body);
        }),
      ),
      Promise.all(
        schedule.faults.map(async ({ atMs, fault }) => {
          await at(atMs);
          say(`${elapsed().padStart(8)}  ${describeFault(fault)}`);
          await inflict(fault, {
            services,
            members,
            backend,
            containers: () => listContainers(stack.places),
            dockerHost: stack.places.dockerHost,
          });
        }),
      ),
    ]);
    say(`${elapsed().padStart(8)}  everything is mended; ${accepted.size} submissions are accepted`);
    const waitedFor = await untilFinal(databaseUrl, [...accepted.keys()], options.drainMs);
    const workflows = await closedWorkflows(stack.places, options.drainMs);
    say(
      `${elapsed().padStart(8)}  ${waitedFor === 0 ? 'all verdicts are in' : `${waitedFor} without a verdict`}`,
    );
    await members.stop();
    return await drawLedger(stack.places, {
      accepted,
      badMessages,
      workflows,
      crashes: [...members.unasked.values()].reduce((sum, count) => sum + count, 0),
    });
  } finally {
    await members.stop();
    await backend.close();
  }
}

interface Victims {
  readonly services: ChaosServices;
  readonly members: Members;
  readonly backend: FaultyBackend;
  readonly dockerHost: string;
  readonly containers: () => Promise<readonly string[]>;
}

async function inflict(
  fault: Fault,
  { services, members, backend, dockerHost, containers }: Victims,
): Promise<void> {
  switch (fault.kind) {
    case 'kill':
      return members.kill(fault.target, fault.downMs);
    case 'freeze':
      return members.freeze(fault.target, fault.forMs);
    case 'restart':
      return services.restart(fault.target, fault.how, fault.downMs);
    case 'backend':
      await backend.fail(fault.mode);
      await sleep(fault.forMs);
      return backend.heal();
    case 'kill-container': {
      // The engine may be the victim of another fault just now.
      const running = await containers().catch(() => []);
      const victim = running[Math.floor(Math.random() * running.length)];
      if (victim === undefined) return;
      await connectDocker(dockerAddress(dockerHost), 5_000)
        .getContainer(victim)
        .kill()
        .catch(() => undefined);
    }
  }
}

async function publishUntilConfirmed(amqpUrl: string, queue: string, body: string): Promise<void> {
  const deadline = Date.now() + 600_000;
  for (;;) {
    try {
      const connection = await connectBroker(new Secret(amqpUrl), 'chaos');
      try {
        const channel = await connection.createConfirmChannel();
        channel.on('error', () => undefined);
        await channel.assertQueue(queue, { durable: true });
        await createConfirmedPublisher(channel).publish(queue, Buffer.from(body), {});
        return;
      } finally {
        await connection.close().catch(() => undefined);
      }
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await sleep(500);
    }
  }
}
