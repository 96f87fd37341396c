import { javaProgram, javaTopLevelTypes } from '../judging/java-source.js';

/** A student's Java code as function mode compiles it, and its file. */
export interface JavaSolution {
  readonly file: string;
  readonly code: string;
}

/**
 * A source with classes stays as it is. Bare methods are put into a class `Solution`, each on its own line, so
 * compiler messages name the student's lines.
 */
export function javaSolution(source: string): JavaSolution {
  if (javaClassNames(source).length > 0)
    return { file: `${javaProgram(source).fileName}.java`, code: source };
  const imports: string[] = [];
  // Up to the next import: each line is then looked at once.
  const body = source.replace(/^[ \t]*import\s(?:(?!import\s)[\p{L}\p{N}_$.*\s]){1,300};/gmu, (line) => {
    imports.push(line.replace(/\s+/g, ' ').trim());
    return '\n'.repeat(line.split('\n').length - 1);
  });
  return {
    file: 'Solution.java',
    code: `import java.util.*; import java.util.function.*; import java.util.stream.*; ${imports.join(' ')} class Solution {${body}\n}\n`,
  };
}

/** Top-level classes of a source, `Solution` first: the method is looked for there first. */
export function javaClassNames(source: string): readonly string[] {
  const names = javaTopLevelTypes(source).map(({ name }) => name);
  return [...names.filter((name) => name === 'Solution'), ...names.filter((name) => name !== 'Solution')];
}
