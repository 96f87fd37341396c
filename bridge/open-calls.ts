/** Calls that nobody waits for any more; the connection they use must outlive them. */
export class OpenCalls {
  readonly #calls = new Set<Promise<unknown>>();

  add(call: Promise<unknown>): void {
    const ended = call.catch(() => undefined).finally(() => this.#calls.delete(ended));
    this.#calls.add(ended);
  }

  /** Each ends by its own deadline. */
  async allEnded(): Promise<void> {
    await Promise.all(this.#calls);
  }
}
