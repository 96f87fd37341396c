import { beginsWithPrecompiledHeader, precompiledHeadersFolder } from './precompiled-header.js';

/** The engine's own name of a language. */
export type Language = 'cpp' | 'python' | 'java';

/** One language the engine grades. To add a language, add an entry to {@link languages}. */
export interface LanguageDefinition {
  readonly language: Language;
  readonly displayName: string;
  /** Other spellings found in `submissions.language`; compared in lower case. */
  readonly aliases: readonly string[];
  /** Go worker's allowance over C++ (contract §7). */
  readonly timeFactor: number;
  readonly memoryFactor: number;
  readonly memoryExtraKb: number;
  /** File name of the source. */
  sourceFile(source: string): string;
  /** @param sourceFiles the program's start file first. */
  compileCommand(sourceFiles: readonly string[], cppFlags: readonly string[]): readonly string[];
  /**
   * A faster command for sources that have one: it makes the very same program, or fails. Only `compileCommand`
   * decides whether a program compiles, and what is printed if it does not.
   */
  quickCompileCommand?(
    mainSource: string,
    sourceFiles: readonly string[],
    cppFlags: readonly string[],
  ): readonly string[] | undefined;
  runCommand(sourceFile: string): readonly string[];
}

const cpp: LanguageDefinition = {
  language: 'cpp',
  displayName: 'C++',
  aliases: ['c++', 'cplusplus', 'cc', 'cxx', 'c++17', 'cpp17'],
  timeFactor: 1,
  memoryFactor: 1,
  memoryExtraKb: 0,
  sourceFile: () => 'main.cpp',
  compileCommand: ([mainFile = 'main.cpp'], cppFlags) => ['g++', ...cppFlags, mainFile, '-o', 'main'],
  quickCompileCommand: (mainSource, [mainFile = 'main.cpp'], cppFlags) =>
    beginsWithPrecompiledHeader(mainSource)
      ? ['g++', ...cppFlags, '-isystem', precompiledHeadersFolder, mainFile, '-o', 'main']
      : undefined,
  runCommand: () => ['./main'],
};

const python: LanguageDefinition = {
  language: 'python',
  displayName: 'Python 3',
  aliases: ['py', 'python3', 'py3'],
  timeFactor: 5,
  memoryFactor: 2,
  memoryExtraKb: 20_480,
  sourceFile: () => 'main.py',
  compileCommand: (sourceFiles) => ['python3', '-m', 'py_compile', ...sourceFiles],
  runCommand: (sourceFile) => ['python3', sourceFile],
};

const java: LanguageDefinition = {
  language: 'java',
  displayName: 'Java',
  aliases: ['java11', 'java17'],
  timeFactor: 3,
  memoryFactor: 2,
  memoryExtraKb: 51_200,
  sourceFile: (source) => `${javaMainClass(source)}.java`,
  compileCommand: (sourceFiles) => [
    ...javaLocale(sourceFiles),
    ...['javac', '-encoding', 'UTF-8', ...sourceFiles],
  ],
  runCommand: (sourceFile) => [...javaLocale([sourceFile]), ...['java', sourceFile.replace(/\.java$/, '')]],
};

/**
 * Java opens a file with a non-ASCII name only if the locale can spell it, and the image's cannot. For ASCII names
 * the locale stays as it is, because it also decides the encoding of the program's output (contract §7).
 */
function javaLocale(files: readonly string[]): readonly string[] {
  const areSpellable = files.every((file) => /^[\x20-\x7e]*$/.test(file));
  return areSpellable ? [] : ['env', 'LC_ALL=C.UTF-8'];
}

export const languages: Readonly<Record<Language, LanguageDefinition>> = { cpp, python, java };

/** @returns undefined for a language the registry does not have. */
export function findLanguage(name: string): LanguageDefinition | undefined {
  const wanted = name.trim().toLowerCase();
  return Object.values(languages).find(
    (definition) => definition.language === wanted || definition.aliases.includes(wanted),
  );
}

/** Longest class name that can be a file name, in bytes: 255 less `.java`. */
const maxClassNameBytes = 250;

/**
 * The public class that has `main`, else the first public class, else `Main` (contract §7). Also `Main` when no file
 * can have that name: then the compiler tells the student. Takes linear time, whatever the source holds.
 */
export function javaMainClass(source: string): string {
  const code = withoutCommentsAndStrings(source);
  const classes = [
    ...code.matchAll(
      /\bpublic\s+(?:(?:final|abstract|strictfp|sealed)\s+)*(?:class|record|enum|interface)\s+([\p{L}\p{Nl}\p{Sc}\p{Pc}][\p{L}\p{Nl}\p{Sc}\p{Pc}\p{Nd}\p{Mn}\p{Mc}]*)/gu,
    ),
  ];
  const withMain = classes.find((found, index) =>
    declaresMain(code.slice(found.index, classes[index + 1]?.index)),
  );
  const name = (withMain ?? classes[0])?.[1] ?? 'Main';
  return new TextEncoder().encode(name).length <= maxClassNameBytes ? name : 'Main';
}

function declaresMain(code: string): boolean {
  for (const found of code.matchAll(/\bvoid\s+main\s*\(/g)) {
    let start = found.index;
    while (start > 0 && !';{}()'.includes(code.charAt(start - 1))) start -= 1;
    if (/\bstatic\b/.test(code.slice(start, found.index))) return true;
  }
  return false;
}

/**
 * Java code with comments blanked and strings emptied, to look at its structure. Written by hand: a regular
 * expression searches from every unclosed beginning to the end, which takes quadratic time.
 */
export function withoutCommentsAndStrings(source: string): string {
  const parts: string[] = [];
  const beginning = /\/[*/]|"""|["']/g;
  let end = 0;
  for (let found = beginning.exec(source); found !== null; found = beginning.exec(source)) {
    const [token] = found;
    parts.push(source.slice(end, found.index), token.startsWith('/') ? ' ' : '""');
    end = endOfToken(source, token, beginning.lastIndex);
    beginning.lastIndex = end;
  }
  parts.push(source.slice(end));
  return parts.join('');
}

/** @param from the position after the opening token. */
function endOfToken(source: string, token: string, from: number): number {
  if (token.length > 1) {
    const close = { '/*': '*/', '//': '\n', '"""': '"""' }[token] ?? '\n';
    const at = source.indexOf(close, from);
    if (at < 0) return source.length;
    return close === '\n' ? at : at + close.length;
  }
  for (let at = from; at < source.length; at += 1) {
    const character = source.charAt(at);
    if (character === '\\') at += 1;
    else if (character === token) return at + 1;
    else if (character === '\n') return at;
  }
  return source.length;
}
