/** A value of a JSON text; numbers as they are written, since 64 bits do not fit a JavaScript number. */
export type JsonText =
  | { readonly kind: 'array'; readonly items: readonly JsonText[] }
  | { readonly kind: 'object' }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'word'; readonly text: string };

/** Thrown for a text that is no JSON; the message says what was expected where. */
export class JsonTextError extends Error {
  override readonly name = 'JsonTextError';
}

/** Deeper than any signature and any tree a test may hold. */
const maxDepth = 500;

/** @throws JsonTextError */
export function readJsonText(text: string): JsonText {
  const reader = new Reader(text);
  const value = reader.value(0);
  reader.end();
  return value;
}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(depth: number): JsonText {
    if (depth > maxDepth) throw new JsonTextError(`it is nested more than ${maxDepth} deep`);
    const next = this.#peek();
    if (next === '[') return { kind: 'array', items: this.#items(depth) };
    if (next === '{') return this.#object(depth);
    if (next === '"') return { kind: 'string', value: this.#string() };
    const number = this.#token(/-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\d.\p{L}])/uy);
    if (number !== undefined) return { kind: 'number', text: number };
    const word = this.#token(/(?:true|false|null)(?![\p{L}\d_])/uy);
    if (word !== undefined) return { kind: 'word', text: word };
    throw this.#wrong('a value');
  }

  end(): void {
    if (this.#peek() !== '') throw this.#wrong('the end');
  }

  #items(depth: number): JsonText[] {
    const items: JsonText[] = [];
    this.#at += 1;
    if (this.#accept(']')) return items;
    for (;;) {
      items.push(this.value(depth + 1));
      if (this.#accept(']')) return items;
      if (!this.#accept(',')) throw this.#wrong('a comma or "]"');
    }
  }

  #object(depth: number): JsonText {
    this.#at += 1;
    if (this.#accept('}')) return { kind: 'object' };
    for (;;) {
      if (this.#peek() !== '"') throw this.#wrong('a name in quotes');
      this.#string();
      if (!this.#accept(':')) throw this.#wrong('":"');
      this.value(depth + 1);
      if (this.#accept('}')) return { kind: 'object' };
      if (!this.#accept(',')) throw this.#wrong('a comma or "}"');
    }
  }

  #string(): string {
    // Line breaks and tabs within it are no JSON, but every harness reads them.
    const start = this.#at;
    for (let at = start + 1; at < this.#text.length; at += 1) {
      const code = this.#text.charCodeAt(at);
      if (code === 0x22) {
        this.#at = at + 1;
        return this.#unescaped(start);
      }
      if (code === 0x5c) at += 1;
    }
    this.#at = this.#text.length;
    throw this.#wrong('the end of a string');
  }

  #unescaped(start: number): string {
    const quoted = this.#text.slice(start, this.#at);
    try {
      return String(JSON.parse(quoted.replace(/\p{Cc}/gu, ' ')));
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      this.#at = start;
      throw this.#wrong('a string with known escapes');
    }
  }

  #token(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const [found] = pattern.exec(this.#text) ?? [];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #accept(mark: string): boolean {
    if (this.#peek() !== mark) return false;
    this.#at += 1;
    return true;
  }

  /** The next character that is no white space; empty at the end. */
  #peek(): string {
    while (' \t\r\n'.includes(this.#text.charAt(this.#at)) && this.#at < this.#text.length) this.#at += 1;
    return this.#text.charAt(this.#at);
  }

  #wrong(wanted: string): JsonTextError {
    const rest = this.#text.slice(this.#at, this.#at + 20);
    const found = rest === '' ? 'the end' : JSON.stringify(rest);
    return new JsonTextError(`${wanted} was expected at ${found} (character ${this.#at + 1})`);
  }
}
