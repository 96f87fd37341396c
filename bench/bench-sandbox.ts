import type { LeasedContainer } from '../activities/dependencies.js';
import { functionCppFlags } from '../domain/function-mode/function-program.js';
import type { ExecutionLimits, ExecutionOutcome } from '../domain/judging/execution.js';
import { gradingRules } from '../domain/judging/grading-profile.js';
import type { Sandbox } from '../sandbox/index.js';
import { createSandbox, dockerAddress } from '../sandbox/index.js';

/** The engine and image a measurement runs on. */
export interface BenchEngine {
  readonly dockerHost: string;
  readonly image: string;
}

export const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

export const roomyLimits: ExecutionLimits = {
  timeMs: 600_000,
  wallMs: 1_200_000,
  memoryKb: 1024 * 1024,
  stdoutBytes: 1024 * 1024,
  stderrBytes: 64 * 1024,
  fileBytes: 64 * 1024 * 1024,
  processes: 128,
};

/** A sandbox as a worker opens it, closed when `task` has ended in whatever way. */
export async function withBenchSandbox<Result>(
  engine: BenchEngine,
  options: { poolSize: number; cores: number; cppFlagSets?: readonly (readonly string[])[] },
  task: (sandbox: Sandbox) => Promise<Result>,
): Promise<Result> {
  const sandbox = await createSandbox({
    docker: dockerAddress(engine.dockerHost),
    image: engine.image,
    hostId: `bench-${process.pid}`,
    leaseTtlMs: 4 * 3600_000,
    log: silent,
    ...options,
  });
  try {
    return await task(sandbox);
  } finally {
    await sandbox.close();
  }
}

/** The image that a worker's containers are made from: with the headers that are compiled beforehand. */
export function warmImage(engine: BenchEngine): Promise<string> {
  const cppFlagSets = [gradingRules('python', 'cpp').cppFlags, functionCppFlags];
  return withBenchSandbox(engine, { poolSize: 1, cores: 1, cppFlagSets }, (sandbox) =>
    withBenchLease(sandbox, async ({ image }) => image),
  );
}

export async function withBenchLease<Result>(
  sandbox: Sandbox,
  task: (container: LeasedContainer) => Promise<Result>,
): Promise<Result> {
  const lease = await sandbox.acquire({ submissionId: 0, signal: AbortSignal.timeout(600_000) });
  try {
    return await task(sandbox.container(lease.leaseId));
  } finally {
    await sandbox.release(lease.leaseId);
  }
}

/** One command as a test is run, with roomy limits where none are given. */
export function execute(
  container: LeasedContainer,
  argv: readonly string[],
  options: { stdin?: string; limits?: Partial<ExecutionLimits>; sealWorkArea?: boolean } = {},
): Promise<ExecutionOutcome> {
  return container.execute(
    {
      argv,
      stdin: Buffer.from(options.stdin ?? ''),
      limits: { ...roomyLimits, ...options.limits },
      freshTmp: true,
      sealWorkArea: options.sealWorkArea ?? false,
    },
    new AbortController().signal,
  );
}

/** Writes sources and runs a shell script that compiles them; what it leaves stays for later commands. */
export async function prepare(
  container: LeasedContainer,
  sources: Readonly<Record<string, string>>,
  script: string,
): Promise<void> {
  for (const [name, content] of Object.entries(sources)) {
    await container.writeFile(name, Buffer.from(content));
  }
  const outcome = await execute(container, ['sh', '-ec', script], {
    limits: { timeMs: 300_000, wallMs: 300_000 },
    sealWorkArea: true,
  });
  if (outcome.exitCode !== 0) {
    const printed = Buffer.from(outcome.stderr).toString('utf8');
    throw new Error(`the programs of the measurement do not compile (${outcome.end}): ${printed}`);
  }
}
