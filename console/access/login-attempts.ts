const windowMs = 60_000;
const maxWrong = 10;
/** Beyond it, the one that began longest ago is forgotten. */
const maxAddresses = 1_000;

interface Wrong {
  readonly since: number;
  count: number;
}

/** Wrong tokens of each address: after some, it gets no answer for the rest of a minute, so nobody tries them all. */
export class LoginAttempts {
  readonly #wrong = new Map<string, Wrong>();

  noteWrong(address: string, now = Date.now()): void {
    const key = neighbours(address);
    const known = this.#wrong.get(key);
    if (known !== undefined && now - known.since < windowMs) {
      known.count += 1;
      return;
    }
    // Those that began first stay in front.
    this.#wrong.delete(key);
    this.#wrong.set(key, { since: now, count: 1 });
    const [oldest] = this.#wrong.keys();
    if (this.#wrong.size > maxAddresses && oldest !== undefined) this.#wrong.delete(oldest);
  }

  /** @returns for how many seconds more no token of this address is looked at, right or wrong; undefined: it is. */
  refusedFor(address: string, now = Date.now()): number | undefined {
    const known = this.#wrong.get(neighbours(address));
    if (known === undefined || known.count < maxWrong) return undefined;
    const leftMs = known.since + windowMs - now;
    return leftMs > 0 ? Math.ceil(leftMs / 1000) : undefined;
  }

  get size(): number {
    return this.#wrong.size;
  }
}

/** One machine has a whole network of IPv6 addresses to choose from. */
function neighbours(address: string): string {
  if (!address.includes(':') || address.startsWith('::ffff:')) return address;
  return address.split(':').slice(0, 4).join(':');
}
