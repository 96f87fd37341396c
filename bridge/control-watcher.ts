import type { BridgeControl, BridgeSetting } from '../domain/cutover/bridge-control.js';
import { ControlConflictError } from '../domain/cutover/control-conflict-error.js';
import type { Logger } from '../platform/process/logger.js';
import type { BridgeControlStore } from '../platform/temporal/bridge-control-store.js';
import { isNamespaceMissing } from '../platform/temporal/namespace-missing.js';
import type { ControlFile } from './control-file.js';
import { countSilence } from './silence.js';

/*
 * Theory of operation
 *
 * The watcher asks the store for a newer version several times a second and holds the last one it saw. So a change is
 * obeyed within about half a second, and when Temporal is out of reach nothing changes. Every `resyncMs` it also looks
 * at the server's list: a namespace that was made anew begins at version 1 again, and versions that have expired while
 * this bridge was away cannot be followed one by one. Where the namespace is gone, deleted or with the server's database,
 * the watcher makes it again and writes what it holds into it: else a bridge that starts later would not know of it.
 *
 * The answer to a poll is also the proof that Temporal is there: failing open is decided by how long the last one is past.
 */
export interface ControlWatcher {
  /** Until it is started: what is known without Temporal. */
  current(): BridgeControl;
  /** For how long Temporal has not answered, ms, where a router fails open for it; else undefined. */
  failOpenMs(): number | undefined;
  /** Returns with the newest version where Temporal answers, within a few seconds, and looks on from then. */
  start(onChange: (control: BridgeControl) => void): Promise<void>;
  /** Polls now instead of at the next turn. */
  look(): Promise<void>;
  close(): Promise<void>;
}

interface ControlWatcherOptions {
  readonly store: Pick<BridgeControlStore, 'newest' | 'newerThan' | 'follow'>;
  /** Makes the namespace anew where it is missing. */
  readonly remakeNamespace: () => Promise<unknown>;
  readonly file: ControlFile;
  /** Where nobody has set anything: the environment's. */
  readonly fallback: BridgeSetting;
  readonly failOpenAfterMs: number;
  readonly log: Logger;
}

const pollMs = 400;
const resyncMs = 30_000;

export function createControlWatcher(options: ControlWatcherOptions): ControlWatcher {
  const { store, file, failOpenAfterMs, log } = options;
  let current = file.read() ?? unset(options.fallback);
  const silence = countSilence();
  let syncedAt = Number.NEGATIVE_INFINITY;
  let isTold = false;
  let isClosed = false;
  let looking: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let onChange: (control: BridgeControl) => void = () => undefined;

  const adopt = (control: BridgeControl): void => {
    current = control;
    try {
      file.write(control);
    } catch (error) {
      log.warn(
        { err: error },
        'the setting cannot be kept on disk; after a restart without Temporal the environment counts',
      );
    }
    onChange(control);
  };

  const poll = async (): Promise<void> => {
    try {
      const isDue = performance.now() - syncedAt > resyncMs;
      const found = isDue ? await store.newest() : await store.newerThan(current.version);
      if (isDue) syncedAt = performance.now();
      silence.answered();
      isTold = false;
      if (found && isOther(found, current)) adopt(found);
      if (isDue && !found) await restore();
    } catch (error) {
      if (!isTold)
        log.warn({ err: error, version: current.version }, 'the setting cannot be read; the last one holds');
      isTold = true;
      if (isNamespaceMissing(error)) await recover();
    }
  };
  /** Tried again with each poll: a server that refuses, or is down by now, is no reason to give up. */
  const recover = async (): Promise<void> => {
    try {
      await options.remakeNamespace();
      syncedAt = Number.NEGATIVE_INFINITY;
    } catch (error) {
      log.warn({ err: error }, 'the namespace is missing and cannot be made');
    }
  };
  /** Into a namespace that knows of no setting at all, not even the one this bridge holds. */
  const restore = async (): Promise<void> => {
    const { version, at: _at, ...setting } = current;
    if (version === 0 || (await store.newerThan(version - 1))) return;
    try {
      adopt(await store.follow(0, { ...setting, why: `kept by a bridge: ${setting.why}`.slice(0, 500) }));
      log.warn({ version }, 'the namespace is a new one: it has the setting of this bridge now');
    } catch (error) {
      // Another bridge was faster, and its setting is read next.
      if (!(error instanceof ControlConflictError)) throw error;
      syncedAt = Number.NEGATIVE_INFINITY;
    }
  };
  const look = (): Promise<void> => {
    looking ??= poll().finally(() => {
      looking = undefined;
    });
    return looking;
  };
  const turn = (): void => {
    if (isClosed) return;
    timer = setTimeout(() => void look().then(turn), pollMs);
  };

  return {
    current: () => current,
    failOpenMs() {
      const silentMs = silence.ms();
      return current.mode === 'router' && silentMs > failOpenAfterMs ? silentMs : undefined;
    },
    async start(listener) {
      onChange = listener;
      await look();
      turn();
    },
    async look() {
      // One that is under way may have asked before the change.
      await looking;
      await look();
    },
    async close() {
      isClosed = true;
      clearTimeout(timer);
      silence.close();
      await looking;
    },
  };
}

/** Versions begin at 1 again in a new namespace; then the time tells. */
function isOther(found: BridgeControl, current: BridgeControl): boolean {
  return found.version !== current.version || found.at !== current.at;
}

function unset(setting: BridgeSetting): BridgeControl {
  return {
    ...setting,
    version: 0,
    at: new Date(0).toISOString(),
    by: 'environment',
    why: 'nobody has set anything yet',
  };
}
