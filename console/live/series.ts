const maxValues = 150;

/** The latest values of a figure, for a line that shows how it goes. */
export class Series {
  readonly #values: number[] = [];

  add(value: number | undefined): void {
    if (value === undefined) return;
    this.#values.push(value);
    if (this.#values.length > maxValues) this.#values.shift();
  }

  values(): readonly number[] {
    return this.#values;
  }
}

/** What several ask for at about the same time is read once: while a reading is under way, and a moment longer. */
export function readOnce<Value>(read: () => Promise<Value>, forMs = 1_500): () => Promise<Value> {
  let latest: { readonly value: Promise<Value>; endedAt?: number } | undefined;
  return () => {
    if (latest?.endedAt !== undefined && performance.now() - latest.endedAt > forMs) latest = undefined;
    latest ??= begin(read());
    return latest.value;
  };
}

function begin<Value>(value: Promise<Value>): { readonly value: Promise<Value>; endedAt?: number } {
  const reading: { readonly value: Promise<Value>; endedAt?: number } = { value };
  const end = () => {
    reading.endedAt = performance.now();
  };
  value.then(end, end);
  return reading;
}
