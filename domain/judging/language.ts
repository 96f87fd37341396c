import type { ExecutionOutcome } from './execution.js';
import { javaHeap, javaHeapExhausted } from './java-heap.js';
import { javaProgram, namesTypesBeyondAscii } from './java-source.js';
import { beginsWithPrecompiledHeader, precompiledHeadersFolder } from './precompiled-header.js';

/** The engine's own name of a language. */
export type Language = 'cpp' | 'python' | 'java';

/** One language the engine grades. To add a language, add an entry to {@link languages}. */
export interface LanguageDefinition {
  readonly language: Language;
  readonly displayName: string;
  /** Go worker's allowance over C++ (contract §7). */
  readonly timeFactor: number;
  readonly memoryFactor: number;
  readonly memoryExtraKb: number;
  /** File name of the source. */
  sourceFile(source: string): string;
  /** File by which `runCommand` knows what to start, where that is not the file of the source. */
  startFile?(source: string): string;
  /** What is to be known of a program when it is started, told with the name of that file. */
  describeStart?(startFile: string, sources: readonly string[]): string;
  /** @param sourceFiles the file the program starts from first. */
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
  /** @param memoryLimitKb told to a runtime that keeps a limit of its own. */
  runCommand(startFile: string, memoryLimitKb?: number): readonly string[];
  /** Whether a runtime that keeps a limit of its own ended the program for it. */
  memoryExhausted?(outcome: ExecutionOutcome): boolean;
}

/** `__DATE__` and `__TIME__` are the same whenever a program is compiled: it must not learn that it was graded before. */
const gxx = ['env', 'SOURCE_DATE_EPOCH=0', 'g++'] as const;

const cpp: LanguageDefinition = {
  language: 'cpp',
  displayName: 'C++',
  timeFactor: 1,
  memoryFactor: 1,
  memoryExtraKb: 0,
  sourceFile: () => 'main.cpp',
  compileCommand: ([mainFile = 'main.cpp'], cppFlags) => [...gxx, ...cppFlags, mainFile, '-o', 'main'],
  quickCompileCommand: (mainSource, [mainFile = 'main.cpp'], cppFlags) =>
    beginsWithPrecompiledHeader(mainSource)
      ? [...gxx, ...cppFlags, '-isystem', precompiledHeadersFolder, mainFile, '-o', 'main']
      : undefined,
  runCommand: () => ['./main'],
};

const python: LanguageDefinition = {
  language: 'python',
  displayName: 'Python 3',
  timeFactor: 5,
  memoryFactor: 2,
  memoryExtraKb: 20_480,
  sourceFile: () => 'main.py',
  compileCommand: (sourceFiles) => ['python3', '-m', 'py_compile', ...sourceFiles],
  runCommand: (sourceFile) => ['python3', sourceFile],
};

/**
 * Most of a compile is the warming up of Java's own compilers: with the quick one alone, and one thread that collects
 * garbage, javac takes about half the processor time, and for a large source a third of the memory. An image's Java may
 * know other options.
 */
const quickJavac = [
  '-J-XX:+IgnoreUnrecognizedVMOptions',
  '-J-XX:+UseSerialGC',
  '-J-XX:TieredStopAtLevel=1',
] as const;

const java: LanguageDefinition = {
  language: 'java',
  displayName: 'Java',
  timeFactor: 3,
  memoryFactor: 2,
  memoryExtraKb: 51_200,
  sourceFile: (source) => `${javaProgram(source).fileName}.java`,
  startFile: (source) => `${javaProgram(source).mainClass}.java`,
  describeStart: (startFile, sources) =>
    isAscii(startFile) && !sources.some(namesTypesBeyondAscii) ? startFile : `${startFile}${inUtf8}`,
  // Of its own locale only the names of files and the quoted lines depend.
  compileCommand: (sourceFiles) => [
    ...utf8Locale,
    ...['javac', ...quickJavac, '-encoding', 'UTF-8', ...sourceFiles],
  ],
  runCommand: (startFile, memoryLimitKb) => [
    // One that was compiled by an earlier version has no mark.
    ...(isAscii(startFile) && !startFile.endsWith(inUtf8) ? [] : utf8Locale),
    ...['java', ...javaHeap(memoryLimitKb), startFile.replace(inUtf8, '').replace(/\.java$/, '')],
  ],
  memoryExhausted: javaHeapExhausted,
};

/**
 * Java opens a file with a non-ASCII name, as its class files may have, only if the locale can spell it, and the image's
 * cannot. For all others the locale stays as it is where the program runs, because it also decides the encoding of its
 * output (contract §7).
 */
const utf8Locale = ['env', 'LC_ALL=C.UTF-8'] as const;
const inUtf8 = ' in UTF-8';

function isAscii(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text);
}

export const languages: Readonly<Record<Language, LanguageDefinition>> = { cpp, python, java };
