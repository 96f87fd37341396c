/** A standstill that this long is noticed, ms. Shorter ones are covered by the margins of the timeouts. */
export const noticedStallMs = 5_000;
/** What a workflow task has to spare for one: its steps give way to activities after it, as on any busy host. */
const shortStallMs = 1_500;
const tickMs = 500;

/** Notices that the whole process stood still: stopped by a signal, its machine suspended, or starved of CPU. */
export interface StallWatch {
  /** When the last standstill ended, in the time of `performance.now()`; undefined when there was none. */
  lastEnd(): number | undefined;
  /** The same of shorter ones. */
  lastShortEnd(): number | undefined;
  close(): void;
}

/**
 * A timer that should have fired and has not shows a standstill. Two clocks are read: the monotonic one stands still
 * with a suspended machine, the wall clock is put right afterwards.
 * @param clocks both in ms; real ones by default.
 */
export function createStallWatch(
  clocks: { readonly monotonic: () => number; readonly wall: () => number } = {
    monotonic: () => performance.now(),
    wall: () => Date.now(),
  },
): StallWatch {
  let last = { monotonic: clocks.monotonic(), wall: clocks.wall() };
  let end: number | undefined;
  let shortEnd: number | undefined;
  const look = (): void => {
    const now = { monotonic: clocks.monotonic(), wall: clocks.wall() };
    const gapMs = Math.max(now.monotonic - last.monotonic, now.wall - last.wall);
    if (gapMs > noticedStallMs) end = now.monotonic;
    if (gapMs > shortStallMs) shortEnd = now.monotonic;
    last = now;
  };
  const timer = setInterval(look, tickMs);
  timer.unref();
  return {
    lastEnd() {
      // What is asked right after a standstill may come before the timer.
      look();
      return end;
    },
    lastShortEnd() {
      look();
      return shortEnd;
    },
    close: () => clearInterval(timer),
  };
}
