import { randomBytes } from 'node:crypto';
import type { Notice } from './layout.js';

const maxKept = 200;

/** What actions did, until the page that they lead to has shown it: a page can then be loaded again without doing it again. */
export class Notices {
  readonly #kept = new Map<string, Notice>();

  put(notice: Notice): string {
    const key = randomBytes(9).toString('base64url');
    this.#kept.set(key, notice);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > maxKept && oldest !== undefined) this.#kept.delete(oldest);
    return key;
  }

  take(key: string | null): Notice | undefined {
    if (key === null) return undefined;
    const notice = this.#kept.get(key);
    this.#kept.delete(key);
    return notice;
  }
}
