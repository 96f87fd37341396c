/** The latest values of a figure, for a line that shows how it goes. */
export class Series {
  readonly #values: number[] = [];
  readonly #most: number;

  constructor(most = 150) {
    this.#most = most;
  }

  add(value: number | undefined): void {
    if (value === undefined) return;
    this.#values.push(value);
    if (this.#values.length > this.#most) this.#values.shift();
  }

  values(): readonly number[] {
    return this.#values;
  }
}

/** What two tiles ask for at about the same time is read once. */
export function readOnce<Value>(read: () => Promise<Value>, forMs = 1_500): () => Promise<Value> {
  let latest: { readonly at: number; readonly value: Promise<Value> } | undefined;
  return () => {
    if (latest === undefined || performance.now() - latest.at > forMs) {
      latest = { at: performance.now(), value: read() };
    }
    return latest.value;
  };
}
