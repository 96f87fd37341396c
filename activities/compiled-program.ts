/**
 * What a compilation left in the work area, kept for the next time the same program is compiled: a replay, a rejudge,
 * a container that was lost. The archive is made and unpacked inside the sandbox, as the user programs run as; here it
 * is opaque bytes, so whatever a program put into it stays where programs are.
 *
 * Nothing a program can look at tells whether it was compiled or unpacked: sealing gives its files the same names,
 * bytes, modes, order and times (sandbox/runner/seal.c). Only its number as a process may be some lower.
 */
import { createHash } from 'node:crypto';
import type { ProgramFile } from '../domain/function-mode/function-program.js';
import type { ExecutionLimits } from '../domain/judging/execution.js';
import type { CompileCache, LeasedContainer } from './dependencies.js';

/** A larger result is compiled again. */
const maxArchiveBytes = 4 * 1024 * 1024;
const digestBytes = 32;

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
  if (end === 'exited' && exitCode === 0) cache.put(key, Buffer.concat([digest(stdout), stdout]));
}

/**
 * Unpacks what was kept over the sources, which stand in the work area as before a compilation.
 * @returns whether the work area now holds, sealed, what the compilation left; where not, it holds sources or nothing.
 */
export async function restoreCompiled(
  cache: CompileCache,
  key: string,
  container: LeasedContainer,
  namesStreams: boolean,
  signal: AbortSignal,
): Promise<boolean> {
  if (cache.maxBytes === 0) return false;
  const kept = cache.get(key);
  const archive = kept && intact(kept);
  const isRestored = archive !== undefined && (await unpack(archive, container, namesStreams, signal));
  cache.lookedUp(isRestored ? 'hit' : 'miss');
  if (kept === undefined || isRestored) return isRestored;
  cache.forget(key);
  if (archive === undefined) return false;
  await container.execute(
    { argv: ['find', '.', '-mindepth', '1', '-delete'], stdin: new Uint8Array(), limits },
    signal,
  );
  return false;
}

/** An archive that was cut short may unpack without an error: of what it stands for, a part would be graded. */
function intact(kept: Uint8Array): Uint8Array | undefined {
  const archive = kept.subarray(digestBytes);
  return digest(archive).equals(kept.subarray(0, digestBytes)) ? archive : undefined;
}

function digest(archive: Uint8Array): Buffer {
  return createHash('sha256').update(archive).digest();
}

/** All but the work area itself, which is root's. Sealing sets the times. */
const unpackCommand = ['tar', '-xf', '-', '--touch', '--wildcards', './?*'];

async function unpack(
  archive: Uint8Array,
  container: LeasedContainer,
  namesStreams: boolean,
  signal: AbortSignal,
): Promise<boolean> {
  const { end, exitCode } = await container.execute(
    { argv: unpackCommand, stdin: archive, limits, freshTmp: true, sealWorkArea: true, namesStreams },
    signal,
  );
  return end === 'exited' && exitCode === 0;
}
