import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { projectRoot } from '../../devstack/project-root.js';
import type { Checkout } from '../../devstack/services/checkout.js';
import { describeCheckout } from '../../devstack/services/checkout.js';
import type { ServiceAddresses } from '../../devstack/services/index.js';
import { provideServices, stopServices } from '../../devstack/services/index.js';
import { identifyProcess } from '../../devstack/services/process-identity.js';
import type { Progress } from '../../devstack/services/progress.js';
import { openState } from '../../devstack/services/state.js';

export const chaosServices = ['docker', 'rabbitmq', 'postgres', 'temporal'] as const;
export type ChaosService = (typeof chaosServices)[number];

/**
 * The services of one run. Broker, database and Temporal are the run's own, with data and ports apart from the
 * checkout's; the engine is the checkout's, as it holds the sandbox image.
 */
export interface ChaosServices {
  readonly addresses: ServiceAddresses;
  /** False where the engine was there before us. */
  readonly ownsDocker: boolean;
  /** Of broker, database and Temporal. */
  readonly checkout: Checkout;
  /** Ends a service, by its own stop signal or by SIGKILL. */
  end(service: ChaosService, how: 'stopped' | 'killed'): Promise<void>;
  /** On the data it had. */
  start(service: ChaosService): Promise<void>;
  /** Deletes what Temporal knew; it must have ended. */
  emptyTemporal(): void;
  stop(): Promise<void>;
}

const root = join(projectRoot, '.local', 'chaos');
const silent: Progress = { step: () => undefined, done: () => undefined };
const processNames: Readonly<Record<ChaosService, string>> = {
  docker: 'dockerd',
  rabbitmq: 'rabbitmq',
  postgres: 'postgres',
  temporal: 'temporal',
};
/** PostgreSQL leaves at once by SIGINT; by SIGTERM it would wait for its clients. */
const stopSignals: Readonly<Record<ChaosService, NodeJS.Signals>> = {
  docker: 'SIGTERM',
  rabbitmq: 'SIGTERM',
  postgres: 'SIGINT',
  temporal: 'SIGTERM',
};

export async function startChaosServices(): Promise<ChaosServices> {
  mkdirSync(root, { recursive: true });
  chmodSync(root, 0o755);
  const engine = await provideEngine();
  const own = await provideOwn();
  const processes = new Map<ChaosService, number>();
  // Of the checkout only the engine: its other services have the same names.
  const note = (service: ChaosService, provided: ServiceAddresses): void => {
    const pid = provided.processes[processNames[service]];
    if (pid !== undefined) processes.set(service, pid);
  };
  note('docker', engine);
  for (const service of ['rabbitmq', 'postgres', 'temporal'] as const) note(service, own);
  const start = async (service: ChaosService): Promise<void> =>
    note(service, service === 'docker' ? await provideEngine() : await provideOwn([service]));
  return {
    addresses: { ...own, dockerHost: engine.dockerHost, image: engine.image },
    ownsDocker: processes.has('docker'),
    checkout: describeCheckout(root),
    async end(service, how) {
      const pid = processes.get(service);
      if (pid === undefined) throw new Error(`${service} is not a process of this run`);
      process.kill(pid, how === 'killed' ? 'SIGKILL' : stopSignals[service]);
      await untilGone(pid);
    },
    start,
    emptyTemporal() {
      rmSync(join(root, '.local', 'temporal'), { recursive: true, force: true });
    },
    // The data goes as well: a run must not meet the queue of another.
    stop: () => stopServices({ root, environment: ownEnvironment(), progress: silent, purge: true }),
  };
}

/** `./grader test` names the checkout's own engine in DOCKER_HOST; as a configured one it would not be started again. */
function provideEngine(): Promise<ServiceAddresses> {
  const own = openState(describeCheckout(projectRoot).stateFile).service('docker');
  const { DOCKER_HOST: configured, ...others } = process.env;
  const environment = configured === own?.address ? others : process.env;
  return provideServices({ only: ['docker', 'image'], environment, progress: silent });
}

function provideOwn(
  only: readonly ('rabbitmq' | 'postgres' | 'temporal')[] = ['rabbitmq', 'postgres', 'temporal'],
): Promise<ServiceAddresses> {
  return provideServices({ root, only, environment: ownEnvironment(), progress: silent });
}

/** Without addresses, so that nothing counts as configured; the checkout's `temporal` program serves here too. */
function ownEnvironment(): NodeJS.ProcessEnv {
  const { binDirectory } = describeCheckout(projectRoot);
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(AMQP_URL|RABBITMQ_|DATABASE_URL|TEMPORAL_|BACKEND_|DOCKER_|GRADER_)/.test(name),
  );
  return { ...Object.fromEntries(inherited), PATH: `${binDirectory}:${process.env.PATH ?? '/usr/bin:/bin'}` };
}

async function untilGone(pid: number): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (identifyProcess(pid) !== undefined) {
    if (Date.now() > deadline) throw new Error(`process ${pid} did not end within 60 s of its signal`);
    await sleep(50);
  }
}
