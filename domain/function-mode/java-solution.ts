import { javaProgram, javaTopLevelTypes } from '../judging/java-source.js';

/** A student's Java code as it is compiled in function mode, and the file it belongs in. */
export interface JavaSolution {
  readonly file: string;
  readonly code: string;
}

/**
 * A source with classes stays as it is. One with nothing but methods is put into a class `Solution`, on its
 * own lines, so that the compiler's messages name the student's lines.
 */
export function javaSolution(source: string): JavaSolution {
  if (javaClassNames(source).length > 0)
    return { file: `${javaProgram(source).fileName}.java`, code: source };
  const imports: string[] = [];
  const body = source.replace(/^[ \t]*import\s[\p{L}\p{N}_$.*\s]{1,300};/gmu, (line) => {
    imports.push(line.replace(/\s+/g, ' ').trim());
    return '\n'.repeat(line.split('\n').length - 1);
  });
  return {
    file: 'Solution.java',
    code: `import java.util.*; import java.util.function.*; import java.util.stream.*; ${imports.join(' ')} class Solution {${body}\n}\n`,
  };
}

/** Classes at the top level of a source, `Solution` first: that is where the method is looked for first. */
export function javaClassNames(source: string): readonly string[] {
  const names = javaTopLevelTypes(source).map(({ name }) => name);
  return [...names.filter((name) => name === 'Solution'), ...names.filter((name) => name !== 'Solution')];
}
