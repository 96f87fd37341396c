import { access, constants, lstat, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { geteuid } from 'node:process';
import { hasErrorCode } from '../../../domain/errors/error-code.js';
import type { Check } from '../check.js';
import { failed, failedBy, ok } from '../check.js';

export const disk: Check = {
  name: 'disk',
  area: 'host',
  async run({ settings, docker }) {
    const { minDiskMb } = settings.watch;
    let scratch: string;
    try {
      scratch = await existingPart(settings.scratchDirectory);
      await access(scratch, constants.W_OK);
      if (scratch === settings.scratchDirectory) await expectOwn(scratch);
    } catch (error) {
      return failedBy(error, `sudo install -d -m 1777 ${settings.tempDir}, or set TEMP_DIR`);
    }
    // If the engine is on another machine, its directory means nothing here.
    const info = (await docker.info().catch(() => undefined)) as { DockerRootDir?: string } | undefined;
    const places = [scratch, info?.DockerRootDir];
    const free = (await Promise.all(places.map(freeMegabytes))).flatMap((each) => each ?? []);
    const seen = free.map(({ path, megabytes }) => `${megabytes} MiB free in ${path}`).join(', ');
    const tight = free.find(({ megabytes }) => megabytes < minDiskMb);
    if (tight === undefined) return ok(seen);
    return failed(
      `${seen}; DOCTOR_MIN_DISK asks for ${minDiskMb} MiB`,
      `du -xhd1 ${tight.path} | sort -h; docker image prune`,
    );
  },
};

/** The directory itself, or the one in which it will be created. @throws if that is impossible. */
async function existingPart(path: string): Promise<string> {
  try {
    await stat(path);
    return path;
  } catch (error) {
    const isMissing = hasErrorCode(error, 'ENOENT');
    if (!isMissing || path === dirname(path)) throw error;
    return existingPart(dirname(path));
  }
}

/** What bridge and worker ask of it; root looks on behalf of whoever runs them. @throws Error */
async function expectOwn(path: string): Promise<void> {
  const found = await lstat(path);
  const user = geteuid?.() ?? found.uid;
  if (found.isSymbolicLink()) throw new Error(`${path} is a link: bridge and worker refuse it`);
  if (user !== 0 && found.uid !== user) {
    throw new Error(
      `${path} belongs to the user with the number ${found.uid}: bridge and worker of user ${user} refuse it`,
    );
  }
}

async function freeMegabytes(
  path: string | undefined,
): Promise<{ path: string; megabytes: number } | undefined> {
  if (path === undefined) return undefined;
  try {
    const { bavail, bsize } = await statfs(path);
    return { path, megabytes: Math.floor((bavail * bsize) / 2 ** 20) };
  } catch {
    return undefined;
  }
}
