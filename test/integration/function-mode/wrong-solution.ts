import { kindOf, variableType } from '../../../domain/function-mode/cpp-type.js';
import { readSignature } from '../../../domain/function-mode/function-signature.js';
import type { Language } from '../../../domain/judging/language.js';

/** A solution that compiles for the signature, takes every argument, and returns nothing of worth. */
export function wrongSolution(signature: string, language: Language): string {
  const reading = readSignature(signature);
  if (reading.kind === 'unreadable') throw new Error(`${signature}: ${reading.reason}`);
  const { returnType, name, parameters } = reading.signature;
  const isVoid = kindOf(returnType) === 'void';
  switch (language) {
    case 'cpp': {
      const type = isVoid ? 'void' : variableType(returnType);
      return `template <class... T> ${type} ${name}(T&&...) { ${isVoid ? '' : 'return {}; '}}`;
    }
    case 'python':
      return `def ${name}(*arguments):\n    return None`;
    case 'java': {
      const listed = parameters.map((_parameter, index) => `Object a${index}`).join(', ');
      return isVoid
        ? `void ${name}(${listed}) {}`
        : `Object ${name}(${listed}) { return "nothing of worth"; }`;
    }
  }
}
