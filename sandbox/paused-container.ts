import type Docker from 'dockerode';
import { withDockerTimeout } from './docker.js';

const askMs = 5_000;

/** Whether someone has paused it, so that nothing in it runs, its runner neither. An engine that does not tell says no. */
export async function isPaused(container: Docker.Container): Promise<boolean> {
  try {
    const { State } = await withDockerTimeout(container.inspect(), 'inspect container', askMs);
    return State.Paused;
  } catch {
    return false;
  }
}

/** Whether it was ever paused, as far back as the engine remembers (its last 256 events, which is minutes). */
export async function wasPaused(docker: Docker, containerId: string): Promise<boolean> {
  try {
    const filters = { container: [containerId], event: ['pause'] };
    const events = docker.getEvents({ since: 1, until: Date.now() / 1000, filters });
    return await withDockerTimeout(events.then(hasContent), 'list events', askMs);
  } catch {
    return false;
  }
}

async function hasContent(stream: NodeJS.ReadableStream): Promise<boolean> {
  for await (const chunk of stream) if (chunk.length > 0) return true;
  return false;
}
