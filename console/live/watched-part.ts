import { setTimeout as sleep } from 'node:timers/promises';
import { errorLine } from '../../domain/errors/error-text.js';

/** The latest figures of one part, and how old they are. */
export interface PartState<Value> {
  /** Undefined until it has been read once. */
  readonly value?: Value;
  readonly at?: Date;
  /** Why the latest attempt failed; absent after one that worked. */
  readonly unseen?: string;
}

export interface WatchedPart<Value> {
  readonly state: () => PartState<Value>;
  /** Resolves once it has been looked at lately, with or without success. */
  readonly recent: () => Promise<void>;
}

export interface WatchOptions {
  readonly everyMs: number;
  readonly stop: AbortSignal;
  /** Nothing is read while nobody looks. */
  readonly isWatched: () => boolean;
  readonly onChange: () => void;
}

const restMs = 250;

/**
 * Reads one part again and again, for everybody: fifty open pages cost as many queries as one. A reading has deadlines of
 * its own, and the next begins after it has ended, so a service that hangs has one reading at a time under way, and keeps no
 * other part from being read.
 */
export function watchPart<Value>(read: () => Promise<Value>, options: WatchOptions): WatchedPart<Value> {
  let state: PartState<Value> = {};
  let lookedAt = Number.NEGATIVE_INFINITY;
  let next = deferred();
  const { everyMs, stop, isWatched, onChange } = options;
  const round = async (): Promise<void> => {
    try {
      state = { value: await read(), at: new Date() };
    } catch (error) {
      // What was seen before is still shown, with its age.
      state = { ...state, unseen: errorLine(error) };
    }
    lookedAt = performance.now();
    next.resolve();
    next = deferred();
    try {
      onChange();
    } catch {
      // What cannot be drawn fails the page, which says so; it is read on, as the next value may be another.
    }
  };
  const run = async (): Promise<void> => {
    let readAt = Number.NEGATIVE_INFINITY;
    while (!stop.aborted) {
      if (isWatched() && performance.now() - readAt >= everyMs) {
        readAt = performance.now();
        await round();
      } else await sleep(restMs, undefined, { ref: false });
    }
  };
  void run().catch(() => undefined);
  const recent = (): Promise<void> => {
    if (performance.now() - lookedAt < 2 * everyMs) return Promise.resolve();
    return next.promise;
  };
  return { state: () => state, recent };
}

function deferred(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
