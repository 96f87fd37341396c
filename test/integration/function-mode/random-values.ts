import fc from 'fast-check';
import type { CppType } from '../../../domain/function-mode/cpp-type.js';
import type { Language } from '../../../domain/judging/language.js';
import { spelled, typeTree } from '../grading/random-types.js';

/** A function that hands all its arguments back, and one random value for each. */
export interface RoundTrip {
  readonly signature: string;
  readonly typed: string;
  readonly json: string;
  readonly expected: string;
  readonly sources: Readonly<Record<Language, string>>;
}

interface Value {
  readonly type: CppType;
  /** As the JSON form has it. */
  readonly json: unknown;
}

/** @param seed reported by the test, to repeat a failure. */
export function randomRoundTrip(parameters: number, seed: number): RoundTrip {
  const arbitrary = typeTree(Object.keys(javaNames)).chain((type) =>
    valueFor(type).map((json): Value => ({ type, json })),
  );
  const values = fc.sample(arbitrary, { numRuns: parameters, seed });
  const whole = values.reduceRight<CppType>((rest, { type }) => pairOf(type, rest), {
    name: 'int',
    parameters: [],
  });
  const names = values.map((_value, index) => `a${index}`);
  const listed = (name: (type: CppType) => string) =>
    values.map(({ type }, index) => `${name(type)} a${index}`).join(', ');
  return {
    signature: `${spelled(whole)} f(${listed(spelled)})`,
    typed: values.map(({ type, json }) => typedForm(type, json)).join('\n'),
    json: JSON.stringify(values.map(({ json }) => json)),
    expected: [...values.map(({ type, json }) => printed(type, json)), '7'].join(' '),
    sources: {
      cpp: `${spelled(whole)} f(${listed(spelled)}) { return ${nested(names, (a, b) => `{${a}, ${b}}`)}; }`,
      python: `def f(${names.join(', ')}):\n    return ${nested(names, (a, b) => `(${a}, ${b})`)}`,
      java: `Object f(${listed(javaName)}) { return ${nested(names, (a, b) => `Map.entry(${a}, ${b})`)}; }`,
    },
  };
}

/** The leaves, with the Java type a value of each is read into. */
const javaNames: Readonly<Record<string, string>> = {
  int: 'Integer',
  long: 'Long',
  'long long': 'Long',
  short: 'Short',
  unsigned: 'Long',
  double: 'Double',
  float: 'Float',
  char: 'Character',
  bool: 'Boolean',
  string: 'String',
};

function javaName({ name, parameters }: CppType): string {
  const parts = parameters.map(javaName).join(', ');
  if (parameters.length === 0) return javaNames[name] ?? 'Object';
  return name === 'pair' ? `Map.Entry<${parts}>` : `List<${parts}>`;
}

function pairOf(first: CppType, second: CppType): CppType {
  return { name: 'pair', parameters: [first, second] };
}

function nested(names: readonly string[], pair: (first: string, second: string) => string): string {
  return names.reduceRight((rest, name) => pair(name, rest), '7');
}

const wordCharacters = Array.from('abcXYZ0189é"\\\'/<&%ž🐎');

function valueFor({ name, parameters }: CppType): fc.Arbitrary<unknown> {
  const [first, second] = parameters;
  if (name === 'vector' && first !== undefined) return fc.array(valueFor(first), { maxLength: 3 });
  if (first !== undefined && second !== undefined) return fc.tuple(valueFor(first), valueFor(second));
  switch (name) {
    case 'string':
      return fc
        .array(fc.constantFrom(...wordCharacters), { minLength: 1, maxLength: 6 })
        .map((all) => all.join(''));
    case 'char':
      return fc.constantFrom('a', 'Z', '0', '9', '"', '\\', '%');
    case 'bool':
      return fc.boolean();
    case 'double':
    case 'float':
      // Few enough digits that six of them are all.
      return fc.integer({ min: -999, max: 999 }).map((quarters) => quarters / 4 + 0);
    case 'unsigned':
      return fc.integer({ min: 0, max: 2 ** 32 - 1 });
    case 'short':
      return fc.integer({ min: -(2 ** 15), max: 2 ** 15 - 1 });
    case 'int':
      return fc.integer();
    default:
      return fc.maxSafeInteger();
  }
}

/** Contract §6: a vector is a count, then its elements. */
function typedForm({ name, parameters }: CppType, json: unknown): string {
  const [first, second] = parameters;
  if (name === 'vector' && first !== undefined && Array.isArray(json)) {
    return [json.length, ...json.map((element) => typedForm(first, element))].join(' ');
  }
  if (first !== undefined && second !== undefined && Array.isArray(json)) {
    return `${typedForm(first, json[0])} ${typedForm(second, json[1])}`;
  }
  return leaf(json);
}

/** Contract §6: elements, and the two of a pair, separated by one space. */
function printed({ name, parameters }: CppType, json: unknown): string {
  const [first, second] = parameters;
  if (name === 'vector' && first !== undefined && Array.isArray(json)) {
    return json.map((element) => printed(first, element)).join(' ');
  }
  if (first !== undefined && second !== undefined && Array.isArray(json)) {
    return `${printed(first, json[0])} ${printed(second, json[1])}`;
  }
  return leaf(json);
}

function leaf(json: unknown): string {
  return typeof json === 'boolean' ? String(Number(json)) : String(json);
}
