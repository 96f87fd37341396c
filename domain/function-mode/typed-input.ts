import type { CppType } from './cpp-type.js';
import { kindOf } from './cpp-type.js';
import type { FunctionSignature } from './function-signature.js';
import { numberProblem } from './number-range.js';

/**
 * Why `cin >>` fails on the arguments of a test as they stand one after the other (contract §6): it then leaves this
 * argument and all after it empty, without a word. What the input lacks at its end is left empty too, and may be meant
 * (an empty string cannot be written); what stands behind the last argument is not read.
 */
export function typedInputProblem({ parameters }: FunctionSignature, input: string): string | undefined {
  if (input.trim() === '') return undefined;
  const reader = new TypedReader(input);
  for (const [index, { type }] of parameters.entries()) {
    const problem = reader.problemOf(type, false);
    if (problem !== undefined) return `argument ${index + 1} cannot be read: ${problem}`;
  }
  return undefined;
}

const space = /[ \t\n\v\f\r]*/y;
const integer = /[+-]?\d+/y;
const real = /[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y;
const wordOf = /[^ \t\n\v\f\r]+/y;

class TypedReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** @param counted as an element that a count has promised. */
  problemOf(type: CppType, counted: boolean): string | undefined {
    this.#token(space);
    const kind = kindOf(type);
    const atEnd = this.#at >= this.#text.length;
    if (atEnd && kind !== 'pair') {
      const mayBeEmpty = !counted && kind !== 'scalar';
      return mayBeEmpty
        ? undefined
        : `the input ends where ${counted ? 'an element' : `a value of type ${type.name}`} should stand`;
    }
    switch (kind) {
      case 'vector':
        return this.#problemOfElements(type.parameters[0] ?? type);
      case 'pair':
        return this.#firstProblem(type.parameters, counted);
      case 'scalar':
        return this.#problemOfScalar(type.name);
      case 'string':
      case 'void':
      case 'unknown':
        this.#token(wordOf);
        return undefined;
    }
  }

  #problemOfElements(element: CppType): string | undefined {
    const count = this.#token(integer);
    if (count === undefined) return `${this.#next()} is not the count of its elements`;
    // Each takes a character at least, so that a wrong count costs no more than the input is long.
    for (let left = Number(count); left > 0; left -= 1) {
      const problem = this.problemOf(element, true);
      if (problem !== undefined) return `${problem} (its count is ${count.slice(0, 20)})`;
    }
    return undefined;
  }

  #firstProblem(types: readonly CppType[], counted: boolean): string | undefined {
    for (const type of types) {
      const problem = this.problemOf(type, counted);
      if (problem !== undefined) return problem;
    }
    return undefined;
  }

  #problemOfScalar(name: string): string | undefined {
    if (name.endsWith('char')) {
      this.#at += 1;
      return undefined;
    }
    const isReal = name === 'double' || name === 'float' || name === 'long double';
    const next = this.#next();
    const text = this.#token(isReal ? real : integer);
    if (text === undefined) return `${next} is no ${name === 'bool' ? '0 or 1' : 'number'}`;
    if (name === 'bool') return /^[+-]?0*[01]$/.test(text) ? undefined : `${next} is no 0 or 1`;
    // Of an unsigned type, a negative number is read as the one it wraps to.
    const isWrapped = text.startsWith('-') && /^(?:u|size_t)/.test(name);
    return numberProblem(text.replace(/^\+/, '').slice(isWrapped ? 1 : 0), name);
  }

  #next(): string {
    wordOf.lastIndex = this.#at;
    const [found = ''] = wordOf.exec(this.#text) ?? [];
    return JSON.stringify(found.slice(0, 20));
  }

  #token(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const [found] = pattern.exec(this.#text) ?? [];
    if (found !== undefined) this.#at += found.length;
    return found;
  }
}
