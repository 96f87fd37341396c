import { chownSync, lstatSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { ServiceError } from './service-error.js';

/** The user a service runs as: ourselves, unless we are root and the service refuses root. */
export interface ServiceOwner {
  readonly uid: number;
  readonly gid: number;
  /** Words before a command so that it runs as this user. */
  readonly prefix: readonly string[];
}

/** @param candidates users to take when we are root; the first that exists. */
export function ownerOfService(candidates: readonly string[]): ServiceOwner {
  const uid = process.getuid?.() ?? 0;
  if (uid !== 0) return { uid, gid: process.getgid?.() ?? uid, prefix: [] };
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  for (const candidate of candidates) {
    const user = users.find(([name]) => name === candidate);
    if (user === undefined) continue;
    const [userId, groupId] = [Number(user[2]), Number(user[3])];
    const prefix = ['setpriv', `--reuid=${userId}`, `--regid=${groupId}`, '--clear-groups', '--'];
    return { uid: userId, gid: groupId, prefix };
  }
  throw new ServiceError(
    `None of the users ${candidates.join(', ')} exists, and the service refuses to run as root.`,
    {
      remedy: 'adduser --system --group postgres',
    },
  );
}

/** `wanted` where its parents let the owner through (a clone below /root does not), else `outside`. */
export function placeFor(owner: ServiceOwner, wanted: string, outside: string): string {
  return canReach(owner, wanted) ? wanted : outside;
}

/**
 * Makes a directory that belongs to the owner alone.
 * @throws ServiceError when somebody else was there first, as is possible below /var/tmp.
 */
export function makeOwnedDirectory(owner: ServiceOwner, directory: string): void {
  mkdirSync(dirname(directory), { recursive: true, mode: 0o755 });
  const parent = lstatSync(dirname(directory));
  if (!parent.isDirectory() || parent.uid !== process.getuid?.()) {
    throw new ServiceError(`${dirname(directory)} belongs to somebody else.`, {
      remedy: `ls -ld ${dirname(directory)}; then remove it`,
    });
  }
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  if (process.getuid?.() === 0) chownSync(directory, owner.uid, owner.gid);
}

function canReach(owner: ServiceOwner, directory: string): boolean {
  for (let path = directory; path !== dirname(path); path = dirname(path)) {
    const status = statSync(path, { throwIfNoEntry: false });
    if (status === undefined) continue;
    const bit = status.uid === owner.uid ? 0o100 : status.gid === owner.gid ? 0o010 : 0o001;
    if ((status.mode & bit) === 0) return false;
  }
  return true;
}
