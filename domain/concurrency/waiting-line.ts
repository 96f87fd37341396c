/** Those who wait for something of which there is not enough, served in the order in which they came. */
export class WaitingLine<Value = void> {
  readonly #waiting = new Set<(value: Value) => void>();

  get length(): number {
    return this.#waiting.size;
  }

  /** Resolves with what it is served; leaves the line, and rejects with the signal's reason, when aborted before. */
  join(signal?: AbortSignal): Promise<Value> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const leave = () => {
        this.#waiting.delete(serve);
        reject(signal?.reason);
      };
      const serve = (value: Value) => {
        signal?.removeEventListener('abort', leave);
        resolve(value);
      };
      signal?.addEventListener('abort', leave, { once: true });
      this.#waiting.add(serve);
    });
  }

  /** Serves who has waited longest. @returns false where nobody waits. */
  serve(value: Value): boolean {
    const [first] = this.#waiting;
    if (first === undefined) return false;
    this.#waiting.delete(first);
    first(value);
    return true;
  }
}
