import type { TaskBacklog } from '../platform/temporal/task-backlog.js';

/** The backlog in Temporal, looked at every second while `isWanted`. */
export interface BacklogWatch {
  count(): number;
  close(): void;
}

const pollMs = 1_000;

/** A backlog that cannot be read counts as none: the starts themselves tell that Temporal is in trouble. */
export function watchBacklog(
  read: (() => Promise<TaskBacklog>) | undefined,
  isWanted: () => boolean,
  onRead: () => void,
): BacklogWatch {
  let count = 0;
  let isReading = false;
  const look = async (): Promise<void> => {
    if (!read || isReading) return;
    isReading = true;
    try {
      count = isWanted() ? (await read()).count : 0;
    } catch {
      count = 0;
    } finally {
      isReading = false;
    }
    onRead();
  };
  const timer = read ? setInterval(() => void look(), pollMs) : undefined;
  return { count: () => count, close: () => clearInterval(timer) };
}
