/** The C++ harness in the work area: its name tells students that its lines are not theirs. */
export const cppHarnessFile = 'harness.cpp';

/** Text of a compiler or interpreter as a student sees it: without sandbox paths. */
export function withoutSandboxPaths(text: string): string {
  return text
    .replaceAll('/sandbox/', '')
    .replace(/\/tmp\/cc[A-Za-z0-9]{6}\.(o|s|ltrans\d*\.o)\b/g, 'main.$1')
    .replace(/^\/usr\/bin\/(ld(?:\.\w+)?):/gm, '$1:');
}
