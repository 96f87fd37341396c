import type { FunctionInput } from '../judging/grading-profile.js';
import type { Language } from '../judging/language.js';
import type { CppType } from './cpp-type.js';
import { kindOf } from './cpp-type.js';
import type { FunctionSignature } from './function-signature.js';
import type { JsonText } from './json-text.js';
import { JsonTextError, readJsonText } from './json-text.js';
import { numberProblem } from './number-range.js';
import { typedInputProblem } from './typed-input.js';

/**
 * Why no program can read the input of a test as its problem's signature wants it: then the test is wrong, and not
 * what students hand in. Undefined for an input that can be read.
 */
export function testInputProblem(
  signature: FunctionSignature,
  form: FunctionInput,
  language: Language,
  input: string,
): string | undefined {
  if (input.startsWith('\uFEFF')) {
    return 'it begins with a byte order mark (U+FEFF), a character that no editor shows';
  }
  // There is nothing to read, and nothing may stand for it.
  if (signature.parameters.length === 0 && input.trim() === '') return undefined;
  if (form === 'json-arguments') return jsonProblem(signature, language, input);
  if (isJson(signature, input)) {
    return 'it is a JSON array, but here the arguments stand one after the other: a vector as a count and its elements, without brackets, commas and quotes';
  }
  return typedInputProblem(signature, input);
}

function jsonProblem(signature: FunctionSignature, language: Language, input: string): string | undefined {
  const { parameters } = signature;
  let value: JsonText;
  try {
    value = readJsonText(input);
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error;
    return `it is no JSON array of the arguments, such as [[1, 2], "a"]: ${error.message}`;
  }
  if (value.kind !== 'array') return 'it is no JSON array of the arguments, such as [[1, 2], "a"]';
  if (value.items.length !== parameters.length) {
    return `it holds ${value.items.length} arguments, and the function has ${parameters.length} parameters`;
  }
  for (const [index, item] of value.items.entries()) {
    const parameter = parameters[index];
    const problem = parameter && valueProblem(item, parameter.type, language);
    if (problem !== undefined) return `argument ${index + 1} does not fit its type: ${problem}`;
  }
  return undefined;
}

function isJson(signature: FunctionSignature, input: string): boolean {
  return input.trimStart().startsWith('[') && jsonProblem(signature, 'cpp', input) === undefined;
}

function valueProblem(value: JsonText, type: CppType, language: Language): string | undefined {
  switch (kindOf(type)) {
    case 'vector':
      return elementsProblem(value, type, language);
    case 'pair':
      if (value.kind !== 'array' || value.items.length !== 2) return `${shown(value)} is no array of two`;
      return firstProblem(value.items, (item, index) =>
        valueProblem(item, type.parameters[index] ?? type, language),
      );
    case 'string':
      return value.kind === 'string' || value.kind === 'number' ? undefined : `${shown(value)} is no string`;
    case 'scalar':
      return scalarProblem(value, type);
    case 'void':
    case 'unknown':
      // Python and Java take it as it is; C++ as one word.
      if (language !== 'cpp' || value.kind === 'string' || value.kind === 'number') return undefined;
      return `${shown(value)} is neither a string nor a number`;
  }
}

function elementsProblem(value: JsonText, type: CppType, language: Language): string | undefined {
  const [element] = type.parameters;
  if (value.kind !== 'array' || element === undefined) return `${shown(value)} is no array`;
  return firstProblem(value.items, (item) => valueProblem(item, element, language));
}

function scalarProblem(value: JsonText, { name }: CppType): string | undefined {
  if (name === 'bool') {
    const isBool = value.kind === 'number' || (value.kind === 'word' && value.text !== 'null');
    return isBool ? undefined : `${shown(value)} is neither true nor false`;
  }
  if (name.endsWith('char') && value.kind === 'string') {
    return /^.$/su.test(value.value) ? undefined : `${shown(value)} is not one character`;
  }
  return value.kind === 'number' ? numberProblem(value.text, name) : `${shown(value)} is no number`;
}

function firstProblem(
  items: readonly JsonText[],
  of: (item: JsonText, index: number) => string | undefined,
): string | undefined {
  for (const [index, item] of items.entries()) {
    const problem = of(item, index);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function shown(value: JsonText): string {
  switch (value.kind) {
    case 'array':
      return 'an array';
    case 'object':
      return 'an object';
    case 'string':
      return JSON.stringify(value.value.length > 20 ? `${value.value.slice(0, 20)}…` : value.value);
    case 'number':
    case 'word':
      return value.text.slice(0, 40);
  }
}
