/**
 * Those who want the same thing while it is being done share one more doing of it: a call that has begun may have looked
 * too early for them, one that begins later answers all who wait. So a thousand requests of one kind cost few calls.
 */
export class SharedCalls<Key, Result> {
  readonly #running = new Map<Key, Promise<Result>>();
  readonly #next = new Map<Key, Promise<Result>>();

  /** Whether the next call for this key is waiting to begin: one more who shares it costs nothing. */
  isAwaited(key: Key): boolean {
    return this.#next.has(key);
  }

  /** @returns what a call has come to that began after this was asked for: this one, or that of another who waited. */
  share(key: Key, call: () => Promise<Result>): Promise<Result> {
    const running = this.#running.get(key);
    if (running === undefined) return this.#begin(key, call);
    const next = this.#next.get(key) ?? this.#after(running, key, call);
    this.#next.set(key, next);
    return next;
  }

  async #after(running: Promise<Result>, key: Key, call: () => Promise<Result>): Promise<Result> {
    await running.catch(() => undefined);
    this.#next.delete(key);
    return this.#begin(key, call);
  }

  #begin(key: Key, call: () => Promise<Result>): Promise<Result> {
    const running = call().finally(() => {
      if (this.#running.get(key) === running) this.#running.delete(key);
    });
    this.#running.set(key, running);
    return running;
  }
}
