import type { CppType } from './cpp-type.js';
import { fundamentalType, isFundamentalWord, kindOf } from './cpp-type.js';
import type { SignatureToken } from './signature-tokens.js';
import { signatureTokens } from './signature-tokens.js';

/** The function a student hands in (contract §6, function mode). */
export interface FunctionSignature {
  readonly returnType: CppType;
  readonly name: string;
  /** An unnamed parameter is named by its place: `argument2`. */
  readonly parameters: readonly { readonly type: CppType; readonly name: string }[];
}

export type SignatureReading =
  | { readonly kind: 'signature'; readonly signature: FunctionSignature }
  /** `reason` completes the sentence "The signature cannot be read: …". */
  | { readonly kind: 'unreadable'; readonly reason: string };

const maxCharacters = 4000;
const maxParameters = 64;
const maxNesting = 16;

/**
 * Reads a C++ declaration such as `vector<int> twoSum(vector<int>& nums, int target)`. Ignores what does not change
 * how values are read and printed: `const`, references, `std::`, default arguments, comments. Refuses what no test
 * can supply: a pointer, an array, a template.
 */
export function readSignature(text: string): SignatureReading {
  if (text.trim() === '') return { kind: 'unreadable', reason: 'there is none' };
  if (text.length > maxCharacters) {
    return { kind: 'unreadable', reason: `it is longer than ${maxCharacters} characters` };
  }
  const split = signatureTokens(text);
  if ('unreadable' in split) {
    return {
      kind: 'unreadable',
      reason: `the character ${JSON.stringify(split.unreadable)} does not belong there`,
    };
  }
  try {
    return { kind: 'signature', signature: new SignatureReader(split.tokens).declaration() };
  } catch (error) {
    if (error instanceof UnreadableError) return { kind: 'unreadable', reason: error.message };
    throw error;
  }
}

/** Aborts the descent; never leaves this file. */
class UnreadableError extends Error {
  override readonly name = 'UnreadableError';
}

const ignoredBefore = new Set(['inline', 'static', 'constexpr', 'extern', 'virtual', 'friend']);
const qualifiers = new Set(['const', 'volatile', 'struct', 'class', 'enum', 'typename', 'register']);
const neverNames = new Set([
  ...qualifiers,
  ...ignoredBefore,
  ...'auto operator template using namespace return if else for while do switch new delete this'.split(' '),
]);

/** Recursive descent over the tokens. */
class SignatureReader {
  readonly #tokens: readonly SignatureToken[];
  #next = 0;
  #depth = 0;

  constructor(tokens: readonly SignatureToken[]) {
    this.#tokens = tokens;
  }

  declaration(): FunctionSignature {
    this.#attributes();
    while (ignoredBefore.has(this.#peek())) {
      this.#next += 1;
      this.#attributes();
    }
    if (this.#peek() === 'template') this.#refuse('a template has no types a test could be read into');
    const isAuto = this.#peek() === 'auto';
    if (isAuto) this.#next += 1;
    const declared = isAuto ? undefined : this.#type('the return type');
    const name = this.#functionName();
    const parameters = this.#parameters();
    while (['const', 'noexcept', 'override', 'final'].includes(this.#peek())) this.#next += 1;
    const returnType = this.#takes('->') ? this.#type('the return type') : declared;
    if (returnType === undefined)
      this.#refuse('the return type "auto" does not say what the function returns');
    this.#end();
    return { returnType, name, parameters };
  }

  #functionName(): string {
    const token = this.#tokens[this.#next];
    if (token?.kind !== 'word' || neverNames.has(token.text) || isFundamentalWord(token.text)) {
      if (token?.text === '(') this.#refuse('the return type or the name of the function is missing');
      this.#refuse(`the name of the function was expected ${this.#here()}`);
    }
    this.#next += 1;
    if (token.text === 'main') this.#refuse('"main" is the name of the program itself');
    if (this.#peek() === '::')
      this.#refuse(`"${token.text}::…" is a member of a class; a plain function is needed`);
    return token.text;
  }

  #parameters(): FunctionSignature['parameters'] {
    if (!this.#takes('(')) this.#refuse(`"(" was expected ${this.#here()}`);
    const parameters: { type: CppType; name: string }[] = [];
    if (this.#peek() === 'void' && this.#peek(1) === ')') this.#next += 1;
    if (this.#takes(')')) return parameters;
    do {
      if (parameters.length === maxParameters) this.#refuse(`it has more than ${maxParameters} parameters`);
      parameters.push(this.#parameter(parameters.length + 1));
    } while (this.#takes(','));
    if (!this.#takes(')')) this.#refuse(`"," or ")" was expected ${this.#here()}`);
    return parameters;
  }

  #parameter(place: number): { type: CppType; name: string } {
    const what = `parameter ${place}`;
    this.#attributes();
    if (this.#peek() === '...')
      this.#refuse(`${what} is "...", and a test cannot say how many values it stands for`);
    const type = this.#type(what);
    if (kindOf(type) === 'void') this.#refuse(`${what} is of type void`);
    const token = this.#tokens[this.#next];
    const hasName = token?.kind === 'word' && !neverNames.has(token.text);
    if (hasName) this.#next += 1;
    if (this.#peek() === '[') this.#refuse(`${what} is an array; use vector<…> instead`);
    if (this.#peek() === '(') this.#refuse(`${what} is a function, which a test cannot hold`);
    if (this.#takes('=')) this.#skipDefault(what);
    return { type, name: hasName ? token.text : `argument${place}` };
  }

  /** Skips to the comma or bracket that ends the parameter. */
  #skipDefault(what: string): void {
    let depth = 0;
    for (let first = true; ; first = false) {
      const text = this.#peek();
      if (text === '') this.#refuse(`the default of ${what} does not end`);
      if (depth === 0 && (text === ',' || text === ')')) {
        if (first) this.#refuse(`the default of ${what} is missing`);
        return;
      }
      if ('([{<'.includes(text)) depth += 1;
      if (')]}>'.includes(text)) depth -= 1;
      this.#next += 1;
    }
  }

  #type(what: string): CppType {
    this.#qualifiers();
    const type = this.#unqualifiedType(what);
    this.#qualifiers();
    if (this.#peek() === '*') this.#refuse(`${what} is a pointer; use vector<…> or string instead`);
    if (this.#peek() === '&&') this.#refuse(`${what} is an rvalue reference; use the plain type instead`);
    if (this.#takes('&')) this.#qualifiers();
    return type;
  }

  #unqualifiedType(what: string): CppType {
    const words: string[] = [];
    while (isFundamentalWord(this.#peek())) {
      words.push(this.#peek());
      this.#next += 1;
      this.#qualifiers();
    }
    if (words.length > 0) {
      const name = fundamentalType(words);
      if (name === undefined) this.#refuse(`"${words.join(' ')}" is no type (${what})`);
      return { name, parameters: [] };
    }
    if (this.#peek() === '::') this.#next += 1;
    const path = [this.#typeWord(what)];
    while (this.#takes('::')) path.push(this.#typeWord(what));
    const name = path[0] === 'std' && path.length > 1 ? path.slice(1).join('::') : path.join('::');
    const parameters = this.#takes('<') ? this.#templateArguments(name, what) : [];
    if (this.#peek() === '::') this.#refuse(`${what} is a type inside of ${name}<…>`);
    const needed = { vector: 1, pair: 2 }[name];
    if (needed !== undefined && parameters.length !== needed) {
      this.#refuse(`${name} takes ${needed === 1 ? 'one type' : 'two types'} in <…> (${what})`);
    }
    return { name, parameters };
  }

  #typeWord(what: string): string {
    const token = this.#tokens[this.#next];
    if (token?.kind !== 'word' || neverNames.has(token.text)) {
      this.#refuse(`a type was expected ${this.#here()} (${what})`);
    }
    this.#next += 1;
    return token.text;
  }

  #templateArguments(name: string, what: string): readonly CppType[] {
    this.#depth += 1;
    if (this.#depth > maxNesting) this.#refuse(`templates are nested more than ${maxNesting} deep`);
    const parameters: CppType[] = [];
    do {
      const token = this.#tokens[this.#next];
      if (token?.kind === 'number') {
        this.#next += 1;
        parameters.push({ name: token.text, parameters: [] });
        continue;
      }
      const parameter = this.#type(what);
      if (kindOf(parameter) === 'void') this.#refuse(`${name}<void> holds nothing (${what})`);
      parameters.push(parameter);
    } while (this.#takes(','));
    if (!this.#takes('>')) this.#refuse(`">" was expected ${this.#here()} (${what})`);
    this.#depth -= 1;
    return parameters;
  }

  #qualifiers(): void {
    while (qualifiers.has(this.#peek())) this.#next += 1;
  }

  #attributes(): void {
    while (this.#takes('[[')) {
      while (this.#peek() !== ']]' && this.#peek() !== '') this.#next += 1;
      if (!this.#takes(']]')) this.#refuse('an attribute [[…]] does not end');
    }
  }

  /** Allows a semicolon, or the start of a body as an editor leaves it. */
  #end(): void {
    if (this.#takes('{')) this.#takes('}');
    while (this.#takes(';'));
    if (this.#next < this.#tokens.length) {
      this.#refuse(`nothing may follow the declaration, but something stands ${this.#here()}`);
    }
  }

  #peek(ahead = 0): string {
    return this.#tokens[this.#next + ahead]?.text ?? '';
  }

  #takes(text: string): boolean {
    if (this.#peek() !== text) return false;
    this.#next += 1;
    return true;
  }

  #here(): string {
    const token = this.#tokens[this.#next];
    return token === undefined ? 'at its end' : `at "${token.text.slice(0, 40)}"`;
  }

  #refuse(reason: string): never {
    throw new UnreadableError(reason);
  }
}
