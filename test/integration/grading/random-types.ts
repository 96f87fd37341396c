import fc from 'fast-check';
import type { CppType } from '../../../domain/function-mode/cpp-type.js';

/** A C++ type as it is spelled, and a value of it as JSON. */
export interface RandomType {
  readonly text: string;
  readonly json: unknown;
}

/** Random trees of the types the contract names. @param seed reported by the test, to repeat a failure. */
export function randomTypes(count: number, seed: number): RandomType[] {
  return fc
    .sample(typeTree(leaves), { numRuns: count, seed })
    .map((tree) => ({ text: spelled(tree), json: value(tree) }));
}

/** Vectors and pairs of each other, down to the leaves. */
export function typeTree(leafNames: readonly string[]): fc.Arbitrary<CppType> {
  return fc.letrec<{ type: CppType }>((tie) => ({
    type: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom(...leafNames).map((name) => ({ name, parameters: [] })),
      tie('type').map((element) => ({ name: 'vector', parameters: [element] })),
      fc.tuple(tie('type'), tie('type')).map((parameters) => ({ name: 'pair', parameters })),
    ),
  })).type;
}

const leaves = ['int', 'long', 'long long', 'double', 'float', 'char', 'bool', 'string', 'unsigned', 'short'];

export function spelled({ name, parameters }: CppType): string {
  return parameters.length === 0 ? name : `${name}<${parameters.map(spelled).join(', ')}>`;
}

function value({ name, parameters }: CppType): unknown {
  if (parameters.length > 0) return parameters.map(value);
  if (name === 'string') return 'a "word"';
  if (name === 'char') return 'c';
  return name === 'bool' ? true : 7;
}
