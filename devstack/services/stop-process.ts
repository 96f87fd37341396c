import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { hasErrorCode } from '../../domain/errors/error-code.js';
import type { ProcessIdentity } from './process-identity.js';
import { isAlive, processFamily } from './process-identity.js';
import { ServiceError } from './service-error.js';
import type { ProcessRecord } from './state.js';

const pollMs = 50;

/**
 * Stops a process and all it started: its own signal first, SIGKILL for what is left after `graceMs`. Every number is
 * checked against its start time before a signal is sent, so a recycled one is never hit.
 * @throws ServiceError when something survives even that.
 */
export async function stopProcess(target: ProcessRecord, graceMs = 20_000): Promise<void> {
  if (!isAlive(target)) return;
  const family = [target, ...processFamily(target.pid)];
  send(target, target.stopSignal);
  await untilGone(family, graceMs, [target]);
  // Helpers that left the session or outlived their parent.
  for (const survivor of family.filter(isAlive)) send(survivor, 'SIGTERM');
  await untilGone(family, 3_000);
  for (const survivor of family.filter(isAlive)) send(survivor, 'SIGKILL');
  await untilGone(family, 5_000);
  const left = family.filter(isAlive).map(({ pid }) => pid);
  if (left.length === 0) return;
  throw new ServiceError(`${target.name}: processes ${left.join(', ')} cannot be ended.`, {
    remedy: `See what they wait for: ps -o pid,stat,wchan,args -p ${left.join(',')}`,
  });
}

async function untilGone(
  family: readonly ProcessIdentity[],
  timeoutMs: number,
  awaited: readonly ProcessIdentity[] = family,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (awaited.some(isAlive) && Date.now() < deadline) await sleep(pollMs);
}

function send(target: ProcessIdentity, signal: NodeJS.Signals): void {
  try {
    if (isAlive(target)) process.kill(target.pid, signal);
  } catch (error) {
    // A daemon that runs as root for an ordinary user was started by sudo and is stopped by it.
    if (hasErrorCode(error, 'EPERM'))
      execFileSync('sudo', ['-n', 'kill', '-s', signal.slice(3), String(target.pid)]);
    else if (!hasErrorCode(error, 'ESRCH')) throw error;
  }
}
