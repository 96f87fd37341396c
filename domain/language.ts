import type { Language } from './submission.js';

/** One language the engine grades. Another language is one more entry of {@link languages}. */
export interface LanguageDefinition {
  readonly language: Language;
  readonly displayName: string;
  /** Other spellings found in `submissions.language`; compared in lower case. */
  readonly aliases: readonly string[];
  /** Go worker's allowance over C++ (contract §7). */
  readonly timeFactor: number;
  readonly memoryFactor: number;
  readonly memoryExtraKb: number;
  /** File the source is written to, before compilation. */
  sourceFile(source: string): string;
  /** @param sourceFiles the file the program starts from first. */
  compileCommand(sourceFiles: readonly string[], cppFlags: readonly string[]): readonly string[];
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
  compileCommand: (sourceFiles) => ['javac', '-encoding', 'UTF-8', ...sourceFiles],
  runCommand: (sourceFile) => ['java', sourceFile.replace(/\.java$/, '')],
};

export const languages: Readonly<Record<Language, LanguageDefinition>> = { cpp, python, java };

/** @returns undefined for a language the registry does not have. */
export function findLanguage(name: string): LanguageDefinition | undefined {
  const wanted = name.trim().toLowerCase();
  return Object.values(languages).find(
    (definition) => definition.language === wanted || definition.aliases.includes(wanted),
  );
}

/** The public class that has `main`, else the first public class, else `Main` (contract §7). */
export function javaMainClass(source: string): string {
  const code = withoutCommentsAndStrings(source);
  const classes = [
    ...code.matchAll(
      /\bpublic\s+(?:(?:final|abstract|strictfp|sealed)\s+)*(?:class|record|enum|interface)\s+([\p{L}_$][\p{L}\p{N}_$]*)/gu,
    ),
  ];
  const hasMain = classes.find((found, index) => {
    const body = code.slice(found.index, classes[index + 1]?.index);
    return /\bstatic\b[^;{}()]{0,200}\bvoid\s+main\s*\(/.test(body);
  });
  return (hasMain ?? classes[0])?.[1] ?? 'Main';
}

/** Java code with its comments blanked and its strings emptied, for looking at its structure. */
export function withoutCommentsAndStrings(source: string): string {
  // What is not closed ends with its line or the text: to look for its end again and again takes quadratic time.
  return source.replace(
    /\/\*[\s\S]*?(?:\*\/|$)|\/\/[^\n]*|"""[\s\S]*?(?:"""|$)|"(?:\\[\s\S]?|[^"\\\n])*(?:"|(?=\n)|$)|'(?:\\[\s\S]?|[^'\\\n])*(?:'|(?=\n)|$)/g,
    (token) => (token.startsWith('/') ? ' ' : '""'),
  );
}
