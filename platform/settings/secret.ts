import { inspect } from 'node:util';

/**
 * A setting that must not be printed: a URL with credentials, or a key.
 * Every way of turning it into text (template, JSON, inspect, logger) gives the redacted form.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The value itself; call it only where it is handed to a client library. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return this.#value.includes('://') ? redactAddress(this.#value) : '[redacted]';
  }

  toJSON(): string {
    return this.toString();
  }

  [inspect.custom](): string {
    return this.toString();
  }
}

/**
 * Replaces the password of every URL in a text, `scheme://user:password@host` and `?password=…`, and of libpq's
 * `password=…`, by `***`.
 */
export function redactCredentials(text: string): string {
  // Every line of a log comes here: a scheme has a bounded length, or a long text without one would take the square of its
  // length. The password ends at the last @ before the host: an unescaped @ in it is a common mistake.
  return text
    .replace(/(\b[a-z][a-z0-9+.-]{0,31}:\/\/[^:/?#\s"'@]*:)[^\s"'/]*@/gi, '$1***@')
    .replace(/(\b(?:ssl)?password *= *)(?:'[^']*'|[^&\s"']+)/gi, '$1***');
}

/** The same for a text that is one address as a whole: its password may hold blanks, quotes and slashes, too. */
export function redactAddress(address: string): string {
  return redactCredentials(address.replace(/^([a-z][a-z0-9+.-]*:\/\/[^:@]*:).*@/is, '$1***@'));
}
