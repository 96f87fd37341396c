import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasErrorCode } from '../../domain/errors/error-code.js';
import { errorLine } from '../../domain/errors/error-text.js';
import { connectDocker, dockerAddress } from '../../sandbox/docker.js';
import type { Checkout } from './checkout.js';
import { dockerRunDirectory, placeWithPlainPath } from './checkout.js';
import type { Command } from './command.js';
import { findProgram, findRootAccess, prefixed, serviceEnvironment } from './command.js';
import type { DaemonSpec } from './daemon.js';
import { unmountBelow } from './mounts.js';
import { providePrivate } from './private-instance.js';
import type { Provision, Service } from './provision.js';
import { isConfigured } from './provision.js';
import { ServiceError } from './service-error.js';
import { makeOwnedDirectory } from './service-owner.js';

export interface ContainerEngine {
  /** As DOCKER_HOST has it. */
  readonly dockerHost: string;
}

const usualHost = 'unix:///var/run/docker.sock';

/**
 * The container engine: the one DOCKER_HOST names, the machine's, else a daemon of this checkout's own.
 *
 * The private daemon has data, sockets and a containerd namespace of its own and no network: sandboxes have none, so
 * neither a bridge nor a packet filter rule is made. Its runtime files lie in a short path, because a socket's is
 * limited to 107 bytes.
 */
export const docker: Service<ContainerEngine> = {
  name: 'docker',
  async missingPackages(provision) {
    if (isConfigured(provision, 'DOCKER_HOST') || (await pingError(usualHost)) === undefined) return [];
    return findProgram('dockerd', provision.environment) === undefined ? ['docker.io'] : [];
  },
  async needsRoot(provision) {
    if (isConfigured(provision, 'DOCKER_HOST')) return undefined;
    const error = await pingError(usualHost);
    if (error === undefined || (await pingError(privateDockerHost(provision.checkout))) === undefined) {
      return undefined;
    }
    return isForbidden(error)
      ? {
          what: `you may not use the machine's Docker engine at ${usualHost}`,
          remedy:
            'sudo usermod -aG docker "$USER", then log in again; or set DOCKER_HOST to a rootless engine.',
        }
      : {
          what: 'no Docker engine answers, and a private one runs as root',
          remedy:
            'sudo systemctl start docker, and join its group (sudo usermod -aG docker "$USER"); or set DOCKER_HOST to a rootless engine.',
        };
  },
  strategies: (provision) => [
    { name: 'configured', tryProvide: () => configured(provision) },
    { name: "the machine's engine", tryProvide: () => machineEngine(provision) },
    { name: 'private engine', tryProvide: () => privateEngine(provision) },
  ],
};

async function configured(provision: Provision): Promise<ContainerEngine | undefined> {
  const { dockerHost } = provision.settings;
  if (dockerHost === undefined) return undefined;
  const error = await pingError(dockerHost);
  if (error !== undefined) {
    throw new ServiceError(`Failed to reach the Docker engine at ${dockerHost}: ${errorLine(error)}.`, {
      remedy: `It may be down, or DOCKER_HOST wrong. Check with: docker -H ${dockerHost} version. Unset DOCKER_HOST to get a private engine.`,
      cause: error,
    });
  }
  provision.progress.done('docker', `configured engine at ${dockerHost}`);
  return { dockerHost };
}

async function machineEngine(provision: Provision): Promise<ContainerEngine | undefined> {
  if ((await pingError(usualHost)) !== undefined) return undefined;
  provision.progress.done('docker', `the machine's engine at ${usualHost}`);
  return { dockerHost: usualHost };
}

async function privateEngine(provision: Provision): Promise<ContainerEngine> {
  const program = findProgram('dockerd', provision.environment);
  if (program === undefined) {
    throw new ServiceError('dockerd was not found after its package was installed.', {
      remedy: 'dpkg -L docker.io | grep dockerd',
    });
  }
  const root = await findRootAccess(provision.environment);
  if (root === undefined) {
    throw new ServiceError('A private Docker engine needs root, or sudo without a password.', {
      remedy: 'Start an engine (sudo systemctl start docker) and join its group, or set DOCKER_HOST.',
    });
  }
  const dockerHost = privateDockerHost(provision.checkout);
  const place = placeWithPlainPath(provision.checkout);
  const dataDirectory = join(place, 'docker');
  await providePrivate(provision, {
    service: 'docker',
    strategy: 'private engine',
    portPurposes: [],
    dataDirectories: [dataDirectory, dockerRunDirectory(provision.checkout)],
    outsideDirectories: [
      dockerRunDirectory(provision.checkout),
      ...(place === provision.checkout.localDirectory ? [] : [place]),
    ],
    address: () => dockerHost,
    prepare: async () => {
      // An engine may end after it mounted the files of a container that was starting. The next one would cover that
      // mount with its own, and could then neither unmount nor remove it (device or resource busy).
      await unmountBelow([dataDirectory], root);
      return [daemon(provision, prefixed(root.prefix, [program]), dockerHost, dataDirectory)];
    },
    isAnswering: async () => (await pingError(dockerHost)) === undefined,
  });
  return { dockerHost };
}

function privateDockerHost(checkout: Checkout): string {
  return `unix://${join(dockerRunDirectory(checkout), 'docker.sock')}`;
}

function daemon(
  provision: Provision,
  dockerd: Command,
  dockerHost: string,
  dataDirectory: string,
): DaemonSpec {
  const { checkout, environment } = provision;
  const runDirectory = dockerRunDirectory(checkout);
  makeOwnedDirectory(
    { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0, prefix: [] },
    runDirectory,
  );
  mkdirSync(dataDirectory, { recursive: true });
  // Of our own, so that the machine's daemon.json does not apply.
  const configuration = join(checkout.localDirectory, 'docker.json');
  writeFileSync(configuration, '{}\n');
  const pidFile = join(runDirectory, 'docker.pid');
  const execDirectory = join(runDirectory, 'exec');
  const containerdPidFile = join(execDirectory, 'containerd', 'containerd.pid');
  // After a crash: the daemon refuses to start, or adopts a stranger, when their numbers are in use again.
  for (const stale of [pidFile, containerdPidFile]) rmSync(stale, { force: true });
  return {
    name: 'dockerd',
    command: [
      ...dockerd,
      ...['--config-file', configuration, '--data-root', dataDirectory, '--exec-root', execDirectory],
      ...['--host', dockerHost, '--pidfile', pidFile, '--group', String(process.getgid?.() ?? 0)],
      // Only matters where a containerd of the machine runs: ours lives in a namespace of its own in it.
      ...['--containerd-namespace', `grader-${checkout.hash}`],
      ...['--bridge', 'none', '--iptables=false', '--log-level', 'warn'],
    ],
    environment: serviceEnvironment(environment),
    workingDirectory: dataDirectory,
    logFile: join(checkout.logDirectory, 'docker.log'),
    stopSignal: 'SIGTERM',
    pidFiles: { dockerd: pidFile, containerd: containerdPidFile },
    isReady: async () => (await pingError(dockerHost)) === undefined,
  };
}

function isForbidden(error: unknown): boolean {
  return hasErrorCode(error, 'EACCES');
}

/** @returns why the engine does not answer, or undefined when it does. */
async function pingError(dockerHost: string): Promise<unknown> {
  try {
    await connectDocker(dockerAddress(dockerHost), 3_000).ping();
    return undefined;
  } catch (error) {
    return error;
  }
}
