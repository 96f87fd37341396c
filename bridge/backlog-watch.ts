import type { TaskBacklog } from '../platform/temporal/task-backlog.js';

/** The backlog in Temporal, looked at every second while gradings are started, and what was started since. */
export interface BacklogWatch {
  count(): number;
  /** Before each start. @returns false where the backlog is full: the message stays with the broker. */
  mayStart(): boolean;
  /** Looks from now on; `onChange` is called after each turn, and when the backlog is full. */
  start(onChange: () => void): void;
  close(): void;
}

export interface BacklogWatchOptions {
  readonly read: () => Promise<TaskBacklog>;
  readonly isWanted: () => boolean;
  /** BRIDGE_BACKLOG_LIMIT */
  readonly limit: number;
  readonly now?: () => number;
}

const pollMs = 1_000;
/** Where nothing waits and nothing was started for a while, the server is left in peace; a start ends that. */
const idleAfterMs = 10_000;
const idlePollMs = 5_000;
/**
 * The server's counts lag, and a grading that loads its submission is in none of them. So that no burst is started whole
 * before anything of it is seen, no more than twice the limit is started within this time.
 */
const unseenForMs = 3_000;

/** A backlog that cannot be read counts as none: the starts themselves tell that Temporal is in trouble. */
export function createBacklogWatch(options: BacklogWatchOptions): BacklogWatch {
  const { read, isWanted, limit, now = () => performance.now() } = options;
  let seen = 0;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let lastStartAt = now();
  let startedAt: number[] = [];
  let isReading = false;
  let timer: NodeJS.Timeout | undefined;
  let onChange: () => void = () => undefined;
  const look = async (): Promise<void> => {
    if (isReading) return;
    isReading = true;
    const began = now();
    try {
      seen = isWanted() ? (await read()).count : 0;
    } catch {
      seen = 0;
    } finally {
      lookedAt = began;
      isReading = false;
    }
  };
  const isDue = (): boolean =>
    seen > 0 || now() - lastStartAt < idleAfterMs || now() - lookedAt >= idlePollMs;
  const count = (): number => {
    const unseenSince = now() - unseenForMs;
    startedAt = startedAt.filter((at) => at > unseenSince);
    const waiting = seen + startedAt.filter((at) => at >= lookedAt).length;
    return startedAt.length > 2 * limit ? Math.max(waiting, limit + 1) : waiting;
  };
  return {
    count,
    mayStart() {
      if (count() > limit) {
        onChange();
        return false;
      }
      lastStartAt = now();
      startedAt.push(lastStartAt);
      return true;
    },
    start(callback) {
      onChange = callback;
      timer = setInterval(() => {
        if (isDue()) void look().then(onChange);
      }, pollMs);
    },
    close: () => clearInterval(timer),
  };
}
