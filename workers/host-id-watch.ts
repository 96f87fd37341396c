import { setTimeout as sleep } from 'node:timers/promises';
import { SettingsError } from '../platform/settings/settings-error.js';

/** A process that polls a queue. */
export interface SeenPoller {
  readonly identity: string;
  readonly lastSeen: Date | undefined;
}

export interface HostIdWatchOptions {
  readonly hostId: string;
  readonly ownIdentity: string;
  /** Those of this host's own queue. @throws what keeps it from looking. */
  readonly pollers: () => Promise<readonly SeenPoller[]>;
  /** Called once, and never if this worker was there first. */
  readonly onTaken: (error: SettingsError) => void;
  readonly everyMs?: number;
  /** One that is being replaced may still poll for so long. */
  readonly overlapMs?: number;
}

export interface HostIdWatch {
  close(): Promise<void>;
}

/** A living worker polls again within a minute; after that the others are gone. */
const watchForMs = 150_000;

/**
 * Two workers with one HOST_ID, as on cloned machines, take each other's tests: leases of one are asked for at the other.
 * The one that comes second finds that out: who was there before it, under another name, and polls again is alive.
 * The server's own times are compared with each other, never with our clock.
 */
export function watchHostId(options: HostIdWatchOptions): HostIdWatch {
  const { pollers, ownIdentity, everyMs = 5_000, overlapMs = 20_000 } = options;
  const closing = new AbortController();
  const look = () => pollers().catch(() => undefined);

  const watch = async (): Promise<void> => {
    const others = ((await look()) ?? []).filter(({ identity }) => identity !== ownIdentity);
    if (others.length === 0) return;
    await sleep(overlapMs, undefined, { signal: closing.signal });
    const before = new Map(((await look()) ?? others).map(({ identity, lastSeen }) => [identity, lastSeen]));
    const deadline = performance.now() + watchForMs;
    while (performance.now() < deadline) {
      await sleep(everyMs, undefined, { signal: closing.signal });
      const alive = (await look())?.find(
        ({ identity, lastSeen }) =>
          others.some((other) => other.identity === identity) && isLater(lastSeen, before.get(identity)),
      );
      if (alive !== undefined) return options.onTaken(taken(options.hostId, alive.identity));
    }
  };
  // Only an aborted sleep rejects.
  const running = watch().catch(() => undefined);
  return {
    async close() {
      closing.abort();
      await running;
    },
  };
}

function isLater(now: Date | undefined, before: Date | undefined): boolean {
  return now !== undefined && (before === undefined || now.getTime() > before.getTime());
}

function taken(hostId: string, identity: string): SettingsError {
  return new SettingsError(
    ['HOST_ID'],
    `Another worker has the HOST_ID ${hostId}: ${identity}. Two with one name take each other's tests and fail them. Give each its own, such as HOST_ID=${hostId}-2, or unset it where host names differ.`,
  );
}
