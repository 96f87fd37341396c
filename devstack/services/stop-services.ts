import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { errorLine } from '../../domain/errors/error-text.js';
import { connectDocker, dockerAddress } from '../../sandbox/docker.js';
import type { Checkout } from './checkout.js';
import { findRootAccess, prefixed, runCommand, serviceEnvironment } from './command.js';
import { processesNaming, stopLeftovers } from './leftover-processes.js';
import { mountsBelow, unmountBelow } from './mounts.js';
import type { ListeningSocket } from './ports.js';
import { listeningSockets } from './ports.js';
import { isAlive } from './process-identity.js';
import type { Progress } from './progress.js';
import { ServiceError } from './service-error.js';
import type { ServiceRecord, StateFile } from './state.js';
import { openState } from './state.js';
import { stopProcess } from './stop-process.js';

/** In this order: who uses another goes first. */
const stopOrder = ['temporal', 'rabbitmq', 'postgres', 'docker'];

/**
 * Stops all that the state file names and looks whether something is left: a process, a port, a mount. Services that
 * were not started here (configured ones, the machine's engine) are not touched.
 * @throws ServiceError that names what is left.
 */
export async function stopEverything(
  checkout: Checkout,
  environment: NodeJS.ProcessEnv,
  progress: Progress,
): Promise<void> {
  const state = openState(checkout.stateFile);
  const names = [...stopOrder, ...state.names().filter((name) => !stopOrder.includes(name))];
  const directories = [checkout.localDirectory, ...outsideDirectories(state)];
  const running = names
    .flatMap((name) => state.service(name) ?? [])
    .filter(({ processes }) => processes.some(isAlive));
  // Those of a service that does not run any more may be another program's by now.
  const held = listeningSockets(running.flatMap(({ ports }) => Object.values(ports)));
  for (const name of names) {
    const record = state.service(name);
    if (record === undefined || record.processes.length === 0) continue;
    progress.step(name, `stopping the ${record.strategy}`);
    if (name === 'docker') await removeContainers(record.address, progress);
    for (const started of [...record.processes].reverse()) await stopProcess(started);
    // Ports and places are kept for the next start.
    state.put(name, { ...record, processes: [] });
    progress.done(name, 'stopped');
  }
  // What outlived the crash of a recorded process, a container's shim among them.
  await stopLeftovers(directories);
  const root = await findRootAccess(environment);
  if (root !== undefined) await unmountBelow(directories, root);
  refuseLeftovers(directories, held);
}

/** Removes the data as well: databases, queues, images, histories, programs fetched, logs. */
export async function purgeData(checkout: Checkout, environment: NodeJS.ProcessEnv): Promise<void> {
  const outside = outsideDirectories(openState(checkout.stateFile));
  // The lock is ours for as long as this runs; the launcher's stamps are no data.
  const kept = new Set(['lock', 'setup']);
  const inside = existsSync(checkout.localDirectory)
    ? readdirSync(checkout.localDirectory).filter((name) => !kept.has(name))
    : [];
  const root = await findRootAccess(environment);
  for (const path of [...inside.map((name) => join(checkout.localDirectory, name)), ...outside]) {
    // Some of it belongs to root, when an ordinary user has sudo.
    const rm = prefixed(root?.prefix ?? [], ['rm', '-rf', '--one-file-system', path]);
    await runCommand(rm, { environment: serviceEnvironment(environment) });
  }
  rmSync(checkout.stateFile, { force: true });
}

function outsideDirectories(state: StateFile): readonly string[] {
  return [...new Set(state.names().flatMap((name) => state.service(name)?.outsideDirectories ?? []))];
}

/** Only ever of a private engine, in which every container is ours. */
async function removeContainers(dockerHost: ServiceRecord['address'], progress: Progress): Promise<void> {
  const engine = connectDocker(dockerAddress(dockerHost), 30_000);
  try {
    const containers = await engine.listContainers({ all: true });
    if (containers.length > 0) progress.step('docker', `removing ${containers.length} containers`);
    const removals = containers.map(({ Id }) => engine.getContainer(Id).remove({ force: true, v: true }));
    for (const removal of await Promise.allSettled(removals)) {
      if (removal.status === 'fulfilled') continue;
      progress.step('docker', `a container is left for the next start (${errorLine(removal.reason)})`);
    }
  } catch (error) {
    // A dead engine has none to list; what its shims still hold is ended below.
    progress.step('docker', `the engine does not answer (${errorLine(error)})`);
  }
}

/** `held`: sockets of the running services. A socket that another program opened since, on a port set free, is no leftover. */
function refuseLeftovers(directories: readonly string[], held: readonly ListeningSocket[]): void {
  const open = listeningSockets(held.map(({ port }) => port));
  const busy = held.filter((socket) => open.some(({ inode }) => inode === socket.inode));
  const left = [
    ...processesNaming(directories).map(
      ({ identity, words }) => `process ${identity.pid} (${words.join(' ').slice(0, 100)})`,
    ),
    ...busy.map(({ port }) => `port ${port}`),
    ...mountsBelow(directories).map((point) => `mount ${point}`),
  ];
  if (left.length === 0) return;
  throw new ServiceError(`Something is left:\n    ${left.join('\n    ')}`, {
    remedy:
      'See what it is with: ps -ef; ss -ltnp; findmnt. It may belong to a ./grader command that still runs.',
  });
}
