import type Docker from 'dockerode';
import { withDockerTimeout } from './docker.js';

/** Files this small are left out of the sum: the runner's and the program's own overhead is not. */
const freeFileKb = 1024;
const stepKb = 1024;

/**
 * The container's cap for one command: the program's memory, and what the container holds besides. Files in the
 * work area and the input waiting in the runner count in the container's memory, but are not the program's.
 */
export function memoryCapKb(programKb: number, fileBytes: number, inputBytes: number): number {
  const besidesKb = Math.max(0, Math.ceil((fileBytes + inputBytes) / 1024) - freeFileKb);
  return Math.ceil(programKb) + Math.ceil(besidesKb / stepKb) * stepKb;
}

/** Memory and swap together, so that there is no swap; takes about 15 ms. */
export async function setMemoryCap(container: Docker.Container, capKb: number): Promise<void> {
  const bytes = capKb * 1024;
  await withDockerTimeout(container.update({ Memory: bytes, MemorySwap: bytes }), 'set the memory limit');
}
