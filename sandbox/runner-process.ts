import { readFile } from 'node:fs/promises';
import type Docker from 'dockerode';
import { z } from 'zod';
import { withDockerTimeout } from './docker.js';
import { runnerPath } from './runner-source.js';

/** What the kernel of the engine's host says of a runner. */
export interface RunnerProcess {
  /** One letter, as in proc(5): S sleeps, T is stopped by a signal. */
  readonly state: string;
  readonly hasChildren: boolean;
}

const askMs = 5_000;
const processList = z.object({ Processes: z.array(z.array(z.string())) });
/** The kernel cuts the names of processes. */
const runnerName = runnerPath.slice(runnerPath.lastIndexOf('/') + 1).slice(0, 15);

/**
 * Read from this host's processes, or asked of an engine whose processes these are not: it is on another machine, or we
 * are in a container ourselves. Nothing runs in the container for it, where it would count as the program's.
 * @param pid the runner's on the engine's host.
 * @throws Error where the engine's host has no `ps`, or the runner has ended.
 */
export async function lookAtRunner(
  container: Docker.Container,
  pid: number,
  processes = '/proc',
): Promise<RunnerProcess> {
  return (await readHere(`${processes}/${pid}`, pid)) ?? (await askEngine(container, pid));
}

async function readHere(process: string, pid: number): Promise<RunnerProcess | undefined> {
  try {
    const stat = await readFile(`${process}/stat`, 'utf8');
    const nameEnd = stat.lastIndexOf(')');
    // Another process may have the number here.
    if (stat.slice(stat.indexOf('(') + 1, nameEnd) !== runnerName) return undefined;
    const children = await readFile(`${process}/task/${pid}/children`, 'utf8');
    return { state: stat.charAt(nameEnd + 2), hasChildren: children.trim() !== '' };
  } catch {
    return undefined;
  }
}

async function askEngine(container: Docker.Container, pid: number): Promise<RunnerProcess> {
  const call = container.top({ ps_args: '-eo pid,ppid,stat' });
  const { Processes: rows } = processList.parse(await withDockerTimeout(call, 'list processes', askMs));
  const own = rows.find(([id]) => id === String(pid));
  if (own === undefined) throw new Error(`the engine lists no process ${pid} in the container`);
  return { state: own[2]?.charAt(0) ?? '', hasChildren: rows.some(([, parent]) => parent === String(pid)) };
}
