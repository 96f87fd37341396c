/**
 * What a compilation left in the work area, kept for the next time the same program is compiled: a replay, a rejudge,
 * a container that was lost. The archive is made and unpacked inside the sandbox, as the user programs run as; here it
 * is opaque bytes, so whatever a program put into it stays where programs are.
 */
import { createHash } from 'node:crypto';
import type { ProgramFile } from '../domain/function-mode/function-program.js';
import type { ExecutionLimits } from '../domain/judging/execution.js';
import type { CompileCache, LeasedContainer } from './dependencies.js';

const archiveName = '.compiled.tar';
/** A larger result is compiled again. */
const maxArchiveBytes = 4 * 1024 * 1024;

const limits: ExecutionLimits = {
  timeMs: 10_000,
  wallMs: 30_000,
  memoryKb: 256 * 1024,
  stdoutBytes: maxArchiveBytes,
  stderrBytes: 4096,
  fileBytes: 256 * 1024 * 1024,
  processes: 16,
};

/** Equal only where image, command and every file are. */
export function compilationKey(
  image: string,
  command: readonly string[],
  files: readonly ProgramFile[],
): string {
  return createHash('sha256')
    .update(JSON.stringify([image, command, files.map(({ name, content }) => [name, content])]))
    .digest('hex');
}

/** Keeps the sealed work area, where it is small enough and anything is kept at all. */
export async function keepCompiled(
  cache: CompileCache,
  key: string,
  container: LeasedContainer,
  signal: AbortSignal,
): Promise<void> {
  if (cache.maxBytes === 0) return;
  const { end, exitCode, stdout } = await container.execute(
    { argv: ['tar', '-cf', '-', '.'], stdin: new Uint8Array(), limits },
    signal,
  );
  if (end === 'exited' && exitCode === 0) cache.put(key, Uint8Array.from(stdout));
}

/** @returns whether the work area now holds, sealed, what the compilation left. */
export async function restoreCompiled(
  cache: CompileCache,
  key: string,
  container: LeasedContainer,
  signal: AbortSignal,
): Promise<boolean> {
  if (cache.maxBytes === 0) return false;
  const archive = cache.get(key);
  if (archive === undefined) return false;
  await container.writeFile(archiveName, archive);
  const { end, exitCode } = await container.execute(
    {
      argv: ['sh', '-c', `tar -xf ${archiveName} && rm ${archiveName}`],
      stdin: new Uint8Array(),
      limits,
      sealWorkArea: true,
    },
    signal,
  );
  return end === 'exited' && exitCode === 0;
}
