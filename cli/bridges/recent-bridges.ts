import type { AskedBridges } from './change-and-confirm.js';

/** A bridge that was started since is not in it: it begins with the newest setting by itself. */
const recentMs = 15_000;

/** Which bridges there are, by the latest look that gave them their full time to answer. */
export class RecentBridges {
  readonly #now: () => number;
  #ids: ReadonlySet<string> = new Set();
  #at = Number.NEGATIVE_INFINITY;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  note({ reports, unreadable, unavailableReason }: AskedBridges): void {
    if (unavailableReason !== undefined) return;
    this.#ids = new Set([...reports, ...unreadable].map(({ id }) => id));
    this.#at = this.#now();
  }

  /** @returns undefined where nobody has looked lately. */
  ids(): ReadonlySet<string> | undefined {
    return this.#now() - this.#at > recentMs ? undefined : this.#ids;
  }
}
