/**
 * Why Java did not start a program that compiles, where its error output says so; undefined for all else.
 * Only the explanation depends on these words, never the verdict.
 */
export function javaStartMessage(errorOutput: string): string | undefined {
  if (/^Error: Could not find or load main class/m.test(errorOutput)) {
    const [, ...names] = /NoClassDefFoundError: (\S+) \(wrong name: ([^)\s]+)\)/.exec(errorOutput) ?? [];
    const inPackage = names.find((name) => name.includes('/'));
    if (inPackage !== undefined) {
      const name = inPackage.slice(0, inPackage.lastIndexOf('/')).replaceAll('/', '.');
      return `Java did not find the class to start, as the program stands in a package ("${name}"). Remove the line that begins with "package" and hand the program in again.`;
    }
    return 'Java did not find a class to start. The program needs a class with "public static void main(String[] args)" at its top level, not within another class; best is a public class.';
  }
  if (/^Error: Main method (?:not found|is not static|must return)/m.test(errorOutput)) {
    return 'Java found no main method to start in the class that the program is named after. It has to be "public static void main(String[] args)", in a class at the top level of the program.';
  }
  return undefined;
}
