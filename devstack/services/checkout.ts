import { createHash } from 'node:crypto';
import { join } from 'node:path';

/** Where everything of this checkout lives; two checkouts on one machine never meet. */
export interface Checkout {
  readonly root: string;
  /** Short and stable for the path: names nodes, directories outside the checkout and the range of ports. */
  readonly hash: string;
  readonly localDirectory: string;
  readonly logDirectory: string;
  readonly binDirectory: string;
  readonly stateFile: string;
  readonly lockFile: string;
  /** For data that a service user must reach when the checkout is private to root. */
  readonly outsideDirectory: string;
}

export function describeCheckout(root: string): Checkout {
  const localDirectory = join(root, '.local');
  const hash = createHash('sha256').update(root).digest('hex').slice(0, 8);
  return {
    root,
    hash,
    localDirectory,
    logDirectory: join(localDirectory, 'log'),
    binDirectory: join(localDirectory, 'bin'),
    stateFile: join(localDirectory, 'state.json'),
    lockFile: join(localDirectory, 'lock'),
    outsideDirectory: `/var/tmp/grader-${hash}`,
  };
}

/** Of data whose program reads more than a path out of one: a blank, # or % breaks debootstrap, Docker, or Temporal's SQLite. */
export function placeWithPlainPath({ localDirectory, outsideDirectory }: Checkout): string {
  return /^[\w./+-]+$/.test(localDirectory) ? localDirectory : outsideDirectory;
}

/** sun_path holds 108 bytes; the longest socket below Docker's exec-root is containerd's. */
const maxSocketSuffix = '/exec/containerd/containerd.sock.ttrpc'.length;

/** Docker's sockets: below `.local` where the path is short and plain enough, else in a directory of this checkout's own in /tmp. */
export function dockerRunDirectory(checkout: Checkout): string {
  const inside = join(checkout.localDirectory, 'run');
  const fits = Buffer.byteLength(inside) + maxSocketSuffix < 107;
  return fits && inside.startsWith(placeWithPlainPath(checkout)) ? inside : `/tmp/grader-${checkout.hash}`;
}
