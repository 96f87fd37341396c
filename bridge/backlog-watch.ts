import type { TaskBacklog } from '../platform/temporal/task-backlog.js';

/** The backlog in Temporal, looked at every second while `isWanted`. */
export interface BacklogWatch {
  count(): number;
  /** Looks from now on; `onRead` is called after each turn. */
  start(onRead: () => void): void;
  close(): void;
}

const pollMs = 1_000;

/** A backlog that cannot be read counts as none: the starts themselves tell that Temporal is in trouble. */
export function createBacklogWatch(read: () => Promise<TaskBacklog>, isWanted: () => boolean): BacklogWatch {
  let count = 0;
  let isReading = false;
  let timer: NodeJS.Timeout | undefined;
  const look = async (): Promise<void> => {
    if (isReading) return;
    isReading = true;
    try {
      count = isWanted() ? (await read()).count : 0;
    } catch {
      count = 0;
    } finally {
      isReading = false;
    }
  };
  return {
    count: () => count,
    start(onRead) {
      timer = setInterval(() => void look().then(onRead), pollMs);
    },
    close: () => clearInterval(timer),
  };
}
