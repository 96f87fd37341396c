import type Docker from 'dockerode';
import { z } from 'zod';
import { withDockerTimeout } from './docker.js';
import { lookAtRunner } from './runner-process.js';

const askMs = 5_000;

/**
 * Whether someone has paused it, so that nothing in it runs, or has stopped its runner by a signal, so that nobody ends
 * what runs. An engine that does not tell says no.
 */
export async function standsStill(container: Docker.Container): Promise<boolean> {
  try {
    const { State } = await withDockerTimeout(container.inspect(), 'inspect container', askMs);
    return State.Paused || (await lookAtRunner(container, State.Pid)).state === 'T';
  } catch {
    return false;
  }
}

/**
 * Whether it ever stood still, as far back as the engine remembers (its last 256 events, which is minutes). Garbage, as of a
 * proxy, says no: else each time limit would be run into again and again.
 */
export async function stoodStill(docker: Docker, containerId: string): Promise<boolean> {
  try {
    // `docker kill` sends any signal; we send none.
    const filters = { container: [containerId], event: ['pause', 'kill'] };
    const events = docker.getEvents({ since: 1, until: Date.now() / 1000, filters });
    return await withDockerTimeout(
      events.then((stream) => tells(stream, containerId)),
      'list events',
      askMs,
    );
  } catch {
    return false;
  }
}

/** Whether its runner has ended, or sleeps and waits for no process of its own: what it was sent has not reached it. */
export async function waitsForInput(container: Docker.Container): Promise<boolean> {
  try {
    const { State } = await withDockerTimeout(container.inspect(), 'inspect container', askMs);
    if (State.Status === 'exited') return true;
    const { state, hasChildren } = await lookAtRunner(container, State.Pid);
    return state === 'S' && !hasChildren;
  } catch {
    return false;
  }
}

/** Far more than the events that the engine remembers. */
const maxEventBytes = 1024 * 1024;

/** One event a line. */
async function tells(stream: NodeJS.ReadableStream, containerId: string): Promise<boolean> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    const part = Buffer.from(chunk);
    chunks.push(part);
    bytes += part.length;
    if (bytes > maxEventBytes) return false;
  }
  const lines = Buffer.concat(chunks).toString().split('\n');
  return lines.some((line) => isStandstill(line, containerId));
}

const standstill = z.object({ Action: z.enum(['pause', 'kill']), Actor: z.object({ ID: z.string() }) });

function isStandstill(line: string, containerId: string): boolean {
  try {
    return standstill.parse(JSON.parse(line)).Actor.ID === containerId;
  } catch {
    return false;
  }
}

/**
 * Whether the kernel has killed its runner for want of memory. Docker knows once it has seen the container end, which
 * may be after we have: it is waited for.
 */
export async function endedForMemory(
  container: Pick<Docker.Container, 'wait' | 'inspect'>,
): Promise<boolean> {
  try {
    await withDockerTimeout(container.wait(), 'wait for the end of the container', askMs);
    const { State } = await withDockerTimeout(container.inspect(), 'inspect container', askMs);
    return State.OOMKilled;
  } catch {
    return false;
  }
}
