import { access, writeFile } from 'node:fs/promises';
import type Docker from 'dockerode';
import { whileDockerAnswers } from './docker.js';

/** Files this small are left out of the sum: the runner's and the program's own overhead is not. */
const freeFileKb = 1024;
const stepKb = 1024;
/** No compiled program needs more; a program must not buy memory with files it removes later. */
const maxFileKb = 64 * 1024;

/**
 * The container's cap for one command: the program's memory, and what the container holds besides. Files in the
 * work area and the input count in the container's memory, but are not the program's.
 */
export function memoryCapKb(programKb: number, fileBytes: number, inputBytes: number): number {
  const fileKb = Math.min(maxFileKb, Math.ceil(fileBytes / 1024));
  const besidesKb = Math.max(0, fileKb + Math.ceil(inputBytes / 1024) - freeFileKb);
  return Math.ceil(programKb) + Math.ceil(besidesKb / stepKb) * stepKb;
}

/** Sets memory and swap together, so that there is no swap. */
export type SetMemoryCap = (capKb: number, currentKb: number) => Promise<void>;

/**
 * Docker's update takes about 15 ms, twice a submission; where this process sees the container's control group and
 * may write it, it writes to the kernel directly. Not under systemd, which would restore its own value at a reload.
 */
export async function memoryCapSetter(docker: Docker, container: Docker.Container): Promise<SetMemoryCap> {
  const update: SetMemoryCap = async (capKb) => {
    const bytes = capKb * 1024;
    const set = () => container.update({ Memory: bytes, MemorySwap: bytes });
    await whileDockerAnswers(docker, set, 'set the memory limit');
  };
  const version1 = `/sys/fs/cgroup/memory/docker/${container.id}`;
  const version2 = `/sys/fs/cgroup/docker/${container.id}`;
  const limit1 = `${version1}/memory.limit_in_bytes`;
  const limit2 = `${version2}/memory.max`;
  if (await exists(limit1)) {
    // Absent where the kernel does not account for swap.
    const swap1 = (await exists(`${version1}/memory.memsw.limit_in_bytes`))
      ? [`${version1}/memory.memsw.limit_in_bytes`]
      : [];
    // Memory may never exceed memory and swap together: the order depends on the direction.
    return orElse(
      (capKb, currentKb) => writeAll(capKb < currentKb ? [limit1, ...swap1] : [...swap1, limit1], capKb),
      update,
    );
  }
  if (await exists(limit2)) return orElse((capKb) => writeAll([limit2], capKb), update);
  return update;
}

async function writeAll(files: readonly string[], capKb: number): Promise<void> {
  for (const file of files) await writeFile(file, String(capKb * 1024));
}

function orElse(first: SetMemoryCap, second: SetMemoryCap): SetMemoryCap {
  return (capKb, currentKb) => first(capKb, currentKb).catch(() => second(capKb, currentKb));
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
