import type { DaemonSpec } from './daemon.js';
import { startDaemon } from './daemon.js';
import { stopLeftovers } from './leftover-processes.js';
import { choosePorts, isListening, isPortFree } from './ports.js';
import { isAlive } from './process-identity.js';
import type { Provision } from './provision.js';
import type { ProcessRecord, ServiceRecord } from './state.js';
import { stopProcess } from './stop-process.js';

/** An instance of this checkout's own: data below `.local`, ports of its own, loopback only. */
export interface PrivateInstance {
  readonly service: string;
  readonly strategy: string;
  readonly portPurposes: readonly string[];
  /** Named in the arguments of every process of it: what is left of a crash is found by them. */
  readonly dataDirectories: readonly string[];
  readonly outsideDirectories?: readonly string[];
  address(ports: Readonly<Record<string, number>>): string;
  /** Makes directories and configuration; called before each start. @returns the daemons in the order of their start. */
  prepare(ports: Readonly<Record<string, number>>): Promise<readonly DaemonSpec[]>;
  /** Whether a running instance does its work. */
  isAnswering(record: ServiceRecord): Promise<boolean>;
}

/**
 * Starts the instance, or finds it running.
 *
 * recorded and answering → used as it is. Recorded with a dead or mute process → what is left is stopped and all of it
 * started again on the same data and, where free, the same ports. Each process is in the state file before it is waited
 * for, so `down` finds it after a crash at any point.
 */
export async function providePrivate(
  provision: Provision,
  instance: PrivateInstance,
): Promise<ServiceRecord> {
  const { state, progress, checkout } = provision;
  const old = state.service(instance.service);
  if (old && (await isRunning(old, instance))) {
    progress.done(instance.service, `already running at ${old.address}`);
    return old;
  }
  progress.step(
    instance.service,
    old ? `starting the ${instance.strategy} again` : `starting a ${instance.strategy}`,
  );
  for (const left of [...(old?.processes ?? [])].reverse()) await stopProcess(left);
  // Two servers on one data directory would destroy it.
  await stopLeftovers(instance.dataDirectories);
  for (let attempt = 1; ; attempt += 1) {
    const ports = await choosePorts(
      instance.portPurposes,
      state.service(instance.service)?.ports ?? {},
      seedOf(checkout.hash, instance.service),
    );
    try {
      const record = await start(provision, instance, ports);
      progress.done(instance.service, `${instance.strategy} at ${record.address}`);
      return record;
    } catch (error) {
      for (const left of state.service(instance.service)?.processes ?? []) await stopProcess(left);
      // Between the choice and the start another program took one: the next choice avoids it.
      if (attempt === maxAttempts || (await areFree(ports))) throw error;
      progress.step(instance.service, 'another program took one of its ports; starting on others');
    }
  }
}

const maxAttempts = 3;

async function areFree(ports: Readonly<Record<string, number>>): Promise<boolean> {
  const free = await Promise.all(Object.values(ports).map(isPortFree));
  return free.every(Boolean);
}

async function start(
  { state, progress }: Provision,
  instance: PrivateInstance,
  ports: Readonly<Record<string, number>>,
): Promise<ServiceRecord> {
  let record: ServiceRecord = {
    strategy: instance.strategy,
    address: instance.address(ports),
    ports,
    processes: [],
    outsideDirectories: [...(instance.outsideDirectories ?? [])],
  };
  state.put(instance.service, record);
  for (const spec of await instance.prepare(ports)) {
    const keep = (process: ProcessRecord) => {
      const others = record.processes.filter(({ name }) => name !== process.name);
      record = { ...record, processes: [...others, process] };
      state.put(instance.service, record);
    };
    await startDaemon(spec, keep, (text) => progress.step(instance.service, text));
  }
  return record;
}

async function isRunning(record: ServiceRecord, instance: PrivateInstance): Promise<boolean> {
  return (
    record.processes.length > 0 && record.processes.every(isAlive) && (await instance.isAnswering(record))
  );
}

/** Services are set up at the same time: each looks for its ports in another place. */
function seedOf(hash: string, service: string): string {
  const offset = (service.length * 64 + service.charCodeAt(0)) * 37;
  return ((Number.parseInt(hash, 16) + offset) >>> 0).toString(16).padStart(8, '0');
}

/** For `isReady` of a daemon that counts as ready once it listens. */
export function listensOn(port: number | undefined): () => Promise<boolean> {
  return async () => port !== undefined && (await isListening(port));
}
