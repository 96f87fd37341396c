import { runCommand, serviceEnvironment } from '../../devstack/services/command.js';
import type { Sandbox } from '../../sandbox/index.js';

/** Computing, and what emulation slows most: new processes. */
const work =
  "TIMEFORMAT='%R %U %S'; time { for ((i = 0; i < 100000; i++)); do :; done; for i in {1..60}; do /bin/true; done; }";
const limits = {
  ...{ timeMs: 600_000, wallMs: 900_000, memoryKb: 256 * 1024, processes: 64 },
  ...{ stdoutBytes: 65_536, stderrBytes: 65_536, fileBytes: 65_536 },
};

/**
 * How many times longer the same work takes in a container of the guest, by the clock, than it takes processor time
 * here: others on this machine slow the guest, too.
 */
export async function measureSlowness(sandbox: Sandbox): Promise<number> {
  const here = times(
    await runCommand(['bash', '-c', work], { environment: serviceEnvironment(process.env) }),
  );
  const { leaseId } = await sandbox.acquire({ submissionId: 0, signal: AbortSignal.timeout(3600_000) });
  try {
    const request = { argv: ['bash', '-c', work], stdin: new Uint8Array(), limits, freshTmp: false };
    const ran = await sandbox.container(leaseId).execute(request, AbortSignal.timeout(900_000));
    const there = times(Buffer.from(ran.stderr).toString('utf8'));
    return Math.max(1, Math.round(there.realS / Math.max(0.01, here.userS + here.systemS)));
  } finally {
    await sandbox.release(leaseId);
  }
}

function times(report: string): { realS: number; userS: number; systemS: number } {
  const [realS, userS, systemS] = report.trim().split(/\s+/).map(Number);
  if (realS === undefined || userS === undefined || systemS === undefined || Number.isNaN(realS + userS)) {
    throw new Error(`bash timed nothing: ${report}`);
  }
  return { realS, userS, systemS };
}
