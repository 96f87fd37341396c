import { randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { hasErrorCode } from '../../domain/errors/error-code.js';
import type { ProcessIdentity } from './process-identity.js';
import { identifyProcess, isAlive } from './process-identity.js';
import { ServiceError } from './service-error.js';

const pollMs = 200;

const holderSchema = z.object({ pid: z.number().int().positive(), startTicks: z.number().int() });

/**
 * Runs `work` while no other process of this checkout does: the holder's pid and start time stand in the file, so a
 * lock whose holder died is taken over at once. The file appears complete (link), so two starters never both see it as
 * theirs, and one that names nobody, as a full disk or a crash of the machine leaves it, is nobody's.
 * @param onWait called once with the holder's pid when there is one.
 * @throws ServiceError when the holder keeps it for longer than `timeoutMs`.
 */
export async function withLock<Result>(
  path: string,
  timeoutMs: number,
  onWait: (holder: number) => void,
  work: () => Promise<Result>,
): Promise<Result> {
  await acquire(path, timeoutMs, onWait);
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

async function acquire(path: string, timeoutMs: number, onWait: (holder: number) => void): Promise<void> {
  mkdirSync(dirname(path), { recursive: true });
  const own = `${path}.${randomUUID()}`;
  writeFileSync(own, JSON.stringify(identifyProcess(process.pid)));
  const deadline = Date.now() + timeoutMs;
  let hasToldHolder = false;
  try {
    while (!tryLink(own, path)) {
      const content = readContent(path);
      if (content === undefined) continue;
      const holder = holderOf(content);
      if (holder === undefined || !isAlive(holder)) {
        removeStale(path, content);
        continue;
      }
      if (!hasToldHolder) onWait(holder.pid);
      hasToldHolder = true;
      if (Date.now() > deadline) {
        throw new ServiceError(`Process ${holder.pid} has been setting services up for too long.`, {
          remedy: `See what it does: ps -fp ${holder.pid}`,
        });
      }
      await sleep(pollMs);
    }
  } finally {
    rmSync(own, { force: true });
  }
}

function tryLink(own: string, path: string): boolean {
  try {
    linkSync(own, path);
    return true;
  } catch (error) {
    if (hasErrorCode(error, 'EEXIST')) return false;
    throw error;
  }
}

/** @returns undefined when it is gone. */
function readContent(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

function holderOf(content: string): ProcessIdentity | undefined {
  try {
    return holderSchema.parse(JSON.parse(content));
  } catch {
    return undefined;
  }
}

/** Moves it away first: what was moved may by now be a third process's fresh lock, which is then put back. */
function removeStale(path: string, stale: string): void {
  const aside = `${path}.stale-${randomUUID()}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return;
    throw error;
  }
  if (readContent(aside) !== stale) tryLink(aside, path);
  rmSync(aside, { force: true });
}
