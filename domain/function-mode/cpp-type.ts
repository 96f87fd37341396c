/**
 * A C++ type of a function signature, without `std::` and `const`, with one spelling per integer type.
 * `vector<pair<int, string>>` is {name: 'vector', parameters: [{name: 'pair', parameters: [int, string]}]}.
 */
export interface CppType {
  readonly name: string;
  readonly parameters: readonly CppType[];
}

/** How the harness takes a value of a type from a test's input (contract §6, function mode). */
export type CppTypeKind = 'scalar' | 'string' | 'vector' | 'pair' | 'void' | 'unknown';

const integers = ['short', 'int', 'long', 'long long'];
const scalars = new Set([
  ...integers,
  ...integers.map((name) => `unsigned ${name}`),
  'char',
  'signed char',
  'unsigned char',
  'bool',
  'float',
  'double',
  'long double',
  'size_t',
  'int16_t',
  'int32_t',
  'int64_t',
  'uint16_t',
  'uint32_t',
  'uint64_t',
]);

export function kindOf(type: CppType): CppTypeKind {
  if (type.name === 'vector' && type.parameters.length === 1) return 'vector';
  if (type.name === 'pair' && type.parameters.length === 2) return 'pair';
  if (type.parameters.length > 0) return 'unknown';
  if (type.name === 'string' || type.name === 'void') return type.name;
  return scalars.has(type.name) ? 'scalar' : 'unknown';
}

/** The type of the variable a value is read into; an unknown type is read as one word (contract §6). */
export function variableType(type: CppType): string {
  switch (kindOf(type)) {
    case 'vector':
    case 'pair':
      return `std::${type.name}<${type.parameters.map(variableType).join(', ')}>`;
    case 'scalar':
      return type.name.endsWith('_t') ? `std::${type.name}` : type.name;
    case 'string':
    case 'void':
    case 'unknown':
      return 'std::string';
  }
}

const fundamentalWords = new Set(
  'void bool char short int long float double signed unsigned wchar_t'.split(' '),
);

/** Whether the word belongs to a type of several words, such as `unsigned long long`. */
export function isFundamentalWord(word: string): boolean {
  return fundamentalWords.has(word);
}

/** @returns the canonical spelling (`long unsigned int` → `unsigned long`), or undefined for no type at all. */
export function fundamentalType(words: readonly string[]): string | undefined {
  const count = (word: string) => words.filter((candidate) => candidate === word).length;
  const sign = count('unsigned') > 0 ? 'unsigned' : count('signed') > 0 ? 'signed' : '';
  const base = words.filter((word) => word !== 'unsigned' && word !== 'signed');
  const sorted = [...base].sort().join(' ');
  if (count('unsigned') + count('signed') > 1) return undefined;
  const name = integerSpellings[sorted];
  if (name !== undefined) return sign === 'unsigned' ? `unsigned ${name}` : name;
  if (sorted === 'char') return sign === '' ? 'char' : `${sign} char`;
  if (sign !== '') return undefined;
  if (sorted === 'double long') return 'long double';
  return base.length === 1 ? base[0] : undefined;
}

/** Keys are sorted words. */
const integerSpellings: Readonly<Record<string, string>> = {
  '': 'int',
  int: 'int',
  short: 'short',
  'int short': 'short',
  long: 'long',
  'int long': 'long',
  'long long': 'long long',
  'int long long': 'long long',
};
