import { randomBytes } from 'node:crypto';
import type Docker from 'dockerode';
import { expect } from 'vitest';
import type { LeasedContainer } from '../../activities/dependencies.js';
import type { ExecutionLimits, ExecutionOutcome } from '../../domain/judging/execution.js';
import { connectDocker } from '../../sandbox/docker.js';
import type { Logger, Sandbox, SandboxOptions } from '../../sandbox/index.js';
import { createSandbox, dockerAddress } from '../../sandbox/index.js';
import { scaled } from '../time-factor.js';

/** The engine the tests run on: the only place that reads its address from the environment. */
export const testDocker = dockerAddress(process.env.DOCKER_HOST);
export const testImage = process.env.DOCKER_IMAGE ?? 'cpp-grader-env';

export interface LogLine {
  readonly level: keyof Logger;
  readonly fields: object;
  readonly message: string;
}

export interface TestSandbox {
  readonly sandbox: Sandbox;
  readonly hostId: string;
  readonly docker: Docker;
  readonly logged: LogLine[];
  /** Containers of this sandbox that Docker knows, running or not. */
  containers(): Promise<Docker.ContainerInfo[]>;
  /** Closes it and fails where a container is left. */
  close(): Promise<void>;
}

export async function openTestSandbox(options: Partial<SandboxOptions> = {}): Promise<TestSandbox> {
  const hostId = `test-${randomBytes(4).toString('hex')}`;
  const docker = connectDocker(testDocker);
  const logged: LogLine[] = [];
  const write = (level: keyof Logger) => (fields: object, message: string) => {
    logged.push({ level, fields, message });
  };
  const log = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
  const sandbox = await createSandbox({
    docker: testDocker,
    image: testImage,
    poolSize: 1,
    hostId,
    cores: 2,
    log,
    ...options,
  });
  const containers = () =>
    docker.listContainers({ all: true, filters: { label: [`temporal-grading-engine.owner=${hostId}`] } });
  const close = async () => {
    await sandbox.close();
    expect(await containers()).toEqual([]);
  };
  return { sandbox, hostId, docker, logged, containers, close };
}

export const generousLimits: ExecutionLimits = {
  // Compilers run in a crowd of their own, whose waits for a core count; on a busy host that is long.
  timeMs: scaled(90_000),
  wallMs: scaled(100_000),
  memoryKb: 512 * 1024,
  stdoutBytes: 1024 * 1024,
  stderrBytes: 64 * 1024,
  fileBytes: 64 * 1024 * 1024,
  processes: 128,
};

export const never: AbortSignal = new AbortController().signal;

/** Runs one command to its end; what is not said is generous. */
export function run(
  container: LeasedContainer,
  argv: readonly string[],
  options: {
    stdin?: string | Uint8Array;
    limits?: Partial<ExecutionLimits>;
    freshTmp?: boolean;
    signal?: AbortSignal;
  } = {},
): Promise<ExecutionOutcome> {
  const stdin = typeof options.stdin === 'string' ? Buffer.from(options.stdin) : options.stdin;
  return container.execute(
    {
      argv,
      stdin: stdin ?? new Uint8Array(),
      limits: { ...generousLimits, ...options.limits },
      freshTmp: options.freshTmp ?? false,
    },
    options.signal ?? never,
  );
}

export function python(
  container: LeasedContainer,
  code: string,
  options: Parameters<typeof run>[2] = {},
): Promise<ExecutionOutcome> {
  return run(container, ['python3', '-c', code], options);
}

/** Takes a lease, hands it to `task`, and gives it back whatever happens. */
export async function withLease<Result>(
  sandbox: Sandbox,
  task: (container: LeasedContainer, leaseId: string, containerId: string) => Promise<Result>,
): Promise<Result> {
  const lease = await sandbox.acquire({ submissionId: 1, signal: AbortSignal.timeout(scaled(180_000)) });
  try {
    return await task(sandbox.container(lease.leaseId), lease.leaseId, lease.containerId);
  } finally {
    await sandbox.release(lease.leaseId);
  }
}

export function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8');
}
