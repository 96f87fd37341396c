import type { BridgeControl } from '../domain/cutover/bridge-control.js';
import type { Logger } from '../platform/process/logger.js';
import type { BridgeControlStore } from '../platform/temporal/bridge-control-store.js';
import type { ControlFile } from './control-file.js';

/*
 * Theory of operation
 *
 * The watcher asks the store for a newer version several times a second and holds the last one it saw. So a change is
 * obeyed within about half a second, and when Temporal is out of reach nothing changes. Every `resyncMs` it also looks
 * at the server's list: a namespace that was made anew begins at version 1 again, and versions that have expired while
 * this bridge was away cannot be followed one by one.
 *
 * The answer to a poll is also the proof that Temporal is there: `silentMs` is what failing open is decided by.
 */
export interface ControlWatcher {
  current(): BridgeControl;
  /** How long the last answer of Temporal is past, ms; counted from the start where there was none. */
  silentMs(): number;
  /** Polls now instead of at the next turn. */
  look(): Promise<void>;
  close(): Promise<void>;
}

interface ControlWatcherOptions {
  /** Without it the fallback holds. */
  readonly store: BridgeControlStore | undefined;
  readonly file: ControlFile | undefined;
  /** Where nobody has set anything: the environment's. */
  readonly fallback: BridgeControl;
  readonly onChange: (control: BridgeControl) => void;
  readonly log: Logger;
  readonly pollMs?: number;
}

const defaultPollMs = 400;
const resyncMs = 30_000;

/** Returns with the newest version where Temporal answers, within a few seconds; else with what is known without it. */
export async function watchControl(options: ControlWatcherOptions): Promise<ControlWatcher> {
  const { store, file, log } = options;
  let current = file?.read() ?? options.fallback;
  let answeredAt = Date.now();
  let syncedAt = Number.NEGATIVE_INFINITY;
  let isTold = false;
  let isClosed = false;
  let looking: Promise<void> | undefined;

  const adopt = (control: BridgeControl): void => {
    current = control;
    try {
      file?.write(control);
    } catch (error) {
      log.warn(
        { err: error },
        'the setting cannot be kept on disk; after a restart without Temporal the environment counts',
      );
    }
    options.onChange(control);
  };

  const poll = async (): Promise<void> => {
    if (!store) return;
    try {
      const isDue = Date.now() - syncedAt > resyncMs;
      const found = isDue ? await store.newest() : await store.newerThan(current.version);
      if (isDue) syncedAt = Date.now();
      answeredAt = Date.now();
      isTold = false;
      if (found && isOther(found, current)) adopt(found);
    } catch (error) {
      if (!isTold)
        log.warn({ err: error, version: current.version }, 'the setting cannot be read; the last one holds');
      isTold = true;
    }
  };
  const look = (): Promise<void> => {
    looking ??= poll().finally(() => {
      looking = undefined;
    });
    return looking;
  };

  await look();
  let timer: NodeJS.Timeout | undefined;
  const turn = (): void => {
    timer = setTimeout(() => {
      void look().then(() => {
        if (!isClosed) turn();
      });
    }, options.pollMs ?? defaultPollMs);
  };
  if (store) turn();
  return {
    current: () => current,
    silentMs: () => (store ? Date.now() - answeredAt : 0),
    async look() {
      // One that is under way may have asked before the change.
      await looking;
      await look();
    },
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await looking;
    },
  };
}

/** Versions begin at 1 again in a new namespace; then the time tells. */
function isOther(found: BridgeControl, current: BridgeControl): boolean {
  return found.version !== current.version || found.at !== current.at;
}
