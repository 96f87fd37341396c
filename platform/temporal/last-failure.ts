/** What of a pending activity tells how its last attempt failed; times as the server's protocol has them. */
export interface PendingAttempt {
  readonly lastFailure?: { readonly message?: string | null } | null;
  readonly lastAttemptCompleteTime?: Timestamp | null;
  readonly lastStartedTime?: Timestamp | null;
}

interface Timestamp {
  /** A Long, where the number may be large. */
  readonly seconds?: { toString(): string } | number | null;
}

export interface LastFailure {
  readonly message: string;
  /** Undefined where the server does not tell. */
  readonly at: Date | undefined;
}

/** The latest failure among the activities of a workflow that are being retried. */
export function lastFailureOf(pending: readonly PendingAttempt[]): LastFailure | undefined {
  const failures = pending.flatMap((attempt): LastFailure[] =>
    attempt.lastFailure ? [{ message: attempt.lastFailure.message ?? '', at: failedAt(attempt) }] : [],
  );
  return failures.toSorted((a, b) => (b.at?.getTime() ?? 0) - (a.at?.getTime() ?? 0))[0];
}

/** While an activity waits for its next attempt, the server has forgotten when the last one started. */
function failedAt({ lastAttemptCompleteTime, lastStartedTime }: PendingAttempt): Date | undefined {
  const seconds = [lastAttemptCompleteTime, lastStartedTime]
    .map((time) => Number(String(time?.seconds ?? 0)))
    .find((time) => time > 0);
  return seconds === undefined ? undefined : new Date(seconds * 1000);
}
