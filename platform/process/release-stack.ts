import { errorText } from '../../domain/errors/error-text.js';
import { withDeadline } from '../deadline.js';

/** Node 20 has no AsyncDisposableStack; this one has a deadline for each release, too. */
export class ReleaseStack {
  readonly #held: { readonly what: string; readonly release: () => unknown; readonly timeoutMs: number }[] =
    [];
  #isReleased = false;

  /**
   * What is opened only after the release, by work that nobody waits for any more, is released at once: else it would
   * keep the process alive.
   * @param what is named in the error when its release takes longer than `timeoutMs`.
   */
  defer(what: string, release: () => unknown, timeoutMs = 10_000): void {
    this.#held.push({ what, release, timeoutMs });
    if (this.#isReleased) void this.release();
  }

  /** Releases all that is held, the last first, whatever fails. @returns what failed, in that order. */
  async release(): Promise<readonly unknown[]> {
    const failures: unknown[] = [];
    this.#isReleased = true;
    for (let held = this.#held.pop(); held !== undefined; held = this.#held.pop()) {
      const { what, release, timeoutMs } = held;
      try {
        await withDeadline(`release of ${what}`, timeoutMs, Promise.resolve().then(release));
      } catch (error) {
        failures.push(error);
      }
    }
    return failures;
  }
}

/**
 * Does `work`, then releases what it has put onto the stack.
 * @throws what `work` throws; an AggregateError of it, first, and of what could not be released.
 */
export async function withReleases<Result>(
  work: (releases: ReleaseStack) => Promise<Result>,
): Promise<Result> {
  const releases = new ReleaseStack();
  const [outcome] = await Promise.allSettled([work(releases)]);
  const unreleased = await releases.release();
  const failures = outcome.status === 'rejected' ? [outcome.reason, ...unreleased] : unreleased;
  if (failures.length > 1) throw new AggregateError(failures, failures.map(errorText).join('; then: '));
  if (failures.length === 1) throw failures[0];
  return (outcome as PromiseFulfilledResult<Result>).value;
}
