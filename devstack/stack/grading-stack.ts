import { join } from 'node:path';
import getPort from 'get-port';
import { onInterrupt } from '../../platform/terminal/interrupt.js';
import { tell } from '../../platform/terminal/print.js';
import type { ManagedProcess } from './managed-process.js';
import { startManagedProcess } from './managed-process.js';

/** Where the services are, and the names of our own in them. */
export interface StackPlaces {
  readonly amqpUrl: string;
  readonly queue: string;
  readonly databaseUrl: string;
  readonly dockerHost: string;
  readonly image: string;
  readonly temporalAddress: string;
  readonly namespace: string;
  readonly temporalUiUrl: string;
  readonly logDirectory: string;
  /** More settings for every process, such as CONTAINER_POOL_SIZE. */
  readonly settings?: Readonly<Record<string, string>>;
}

export type StackMember = 'backend' | 'bridge' | 'console' | 'worker';

/** Reference backend, bridge, worker and console as child processes, for the demo, the bench and the tests. */
export interface GradingStack {
  readonly backendUrl: string;
  readonly places: StackPlaces;
  readonly environment: Readonly<Record<string, string>>;
  /** Starts a member (again); resolves once it is ready. */
  start(member: StackMember, settings?: Readonly<Record<string, string>>): Promise<ManagedProcess>;
  /** Starts without waiting for readiness. */
  launch(member: StackMember, settings?: Readonly<Record<string, string>>): Promise<ManagedProcess>;
  /** Stops all that was started, the bridge first, so that nothing new arrives. */
  stop(): Promise<void>;
}

const scripts: Readonly<Record<StackMember, string>> = {
  backend: 'dist/reference-backend.js',
  bridge: 'dist/bridge.js',
  console: 'dist/console.js',
  worker: 'dist/worker.js',
};
/** As the launcher starts them. */
const nodeFlags: Readonly<Record<StackMember, readonly string[]>> = {
  backend: [],
  bridge: ['--max-semi-space-size=1', '--optimize-for-size'],
  console: ['--max-semi-space-size=2', '--optimize-for-size'],
  worker: ['--max-semi-space-size=2', '--optimize-for-size'],
};
const fewArenas = { MALLOC_ARENA_MAX: '2' };
const stopOrder: readonly StackMember[] = ['bridge', 'worker', 'console', 'backend'];
/** A worker's first start makes the warm image, which takes minutes on a busy machine. */
const readyTimeoutMs = 10 * 60_000;

export async function createGradingStack(places: StackPlaces): Promise<GradingStack> {
  const backendUrl = `http://127.0.0.1:${await getPort()}`;
  const environment: Record<string, string> = {
    AMQP_URL: places.amqpUrl,
    RABBITMQ_QUEUE: places.queue,
    DATABASE_URL: places.databaseUrl,
    BACKEND_API_URL: backendUrl,
    DOCKER_HOST: places.dockerHost,
    DOCKER_IMAGE: places.image,
    TEMPORAL_ADDRESS: places.temporalAddress,
    TEMPORAL_NAMESPACE: places.namespace,
    TEMPORAL_UI_URL: places.temporalUiUrl,
    ...places.settings,
  };
  const started: { member: StackMember; process: ManagedProcess }[] = [];
  let isEnding = false;
  // They have process groups of their own, which a Ctrl-C does not reach.
  const withdraw = onInterrupt(async () => {
    isEnding = true;
    tell('stopping what runs for this command');
    await stop();
  });

  const readyUrlOf = (member: StackMember, port: number): string => {
    if (member === 'backend') return `${backendUrl}/health`;
    return `http://127.0.0.1:${port}/${member === 'console' ? 'healthz' : 'readyz'}`;
  };

  async function launch(
    member: StackMember,
    settings: Readonly<Record<string, string>> = {},
  ): Promise<ManagedProcess> {
    const healthPort = await getPort();
    if (isEnding) throw new Error(`The ${member} is not started: this command is ending.`);
    const launched = startManagedProcess({
      name: member,
      script: scripts[member],
      nodeFlags: nodeFlags[member],
      environment: {
        ...fewArenas,
        ...environment,
        ...(member === 'bridge' ? { BRIDGE_HEALTH_PORT: String(healthPort) } : {}),
        ...(member === 'worker' ? { WORKER_HEALTH_PORT: String(healthPort) } : {}),
        ...(member === 'console' ? { CONSOLE_PORT: String(healthPort) } : {}),
        ...settings,
      },
      logFile: join(places.logDirectory, `${member}.log`),
      readyUrl: readyUrlOf(member, healthPort),
      readyTimeoutMs,
    });
    started.push({ member, process: launched });
    return launched;
  }

  return {
    backendUrl,
    places,
    environment,
    launch,
    async start(member, settings) {
      const launched = await launch(member, settings);
      await launched.ready();
      return launched;
    },
    async stop() {
      await stop();
      withdraw();
    },
  };

  async function stop(): Promise<void> {
    for (const member of stopOrder) {
      await Promise.all(
        started.filter((entry) => entry.member === member).map((entry) => entry.process.stop()),
      );
    }
    started.length = 0;
  }
}
