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
    return this.#value.includes('://') ? redactCredentials(this.#value) : '[redacted]';
  }

  toJSON(): string {
    return this.toString();
  }

  [inspect.custom](): string {
    return this.toString();
  }
}

/** Replaces the password of every URL in the text, `scheme://user:password@host` and `?password=…`, by `***`. */
export function redactCredentials(text: string): string {
  if (!text.includes('://')) return text;
  // The password ends at the last @ before the host: an unescaped @ in it is a common mistake.
  return text
    .replace(/(\b[a-z][a-z0-9+.-]*:\/\/[^:/?#\s"'@]*:)[^\s"'/]*@/gi, '$1***@')
    .replace(/([?&](?:password|sslpassword)=)[^&\s"']*/gi, '$1***');
}
