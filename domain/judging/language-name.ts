import type { Language } from './language.js';

/** What `submissions.language` says, read generously: case, spaces, compilers and versions are as sites write them. */
export type LanguageName =
  | {
      readonly kind: 'known';
      readonly language: Language;
      /** The version asked for, as it is written there, where it may be newer than what programs are compiled with. */
      readonly newerVersion?: string;
    }
  /** A language that is graded, in a version that is another language: Python 2. */
  | { readonly kind: 'other-version'; readonly language: Language }
  | { readonly kind: 'unknown' };

interface Vocabulary {
  readonly language: Language;
  /** One of these has to be there. */
  readonly names: ReadonlySet<string>;
  /** These may be there. */
  readonly others: ReadonlySet<string>;
  isOther?(version: string): boolean;
  isNewer(version: string): boolean;
}

const words = (text: string) => new Set(text.split(' '));

/** Of each language, so that a word of another one (`javascript`, `c#`, `pypy`, `visual`) makes the name unknown. */
const vocabularies: readonly Vocabulary[] = [
  {
    language: 'cpp',
    names: words('c++ cpp cplusplus cxx cc g++ gpp gnu++ clang++'),
    others: words('gnu gcc clang llvm std standard iso mingw winlibs msys bit x diagnostics v version'),
    // Programs are compiled as C++17 (contract §6, §7).
    isNewer: (version) => /^(20)?2[0-9a-c]$/.test(version),
  },
  {
    language: 'python',
    names: words('python py cpython'),
    others: words('bit x v version'),
    isOther: (version) => /^[12](\.|$)|^2\d$/.test(version),
    isNewer: (version) => /^3\.\d/.test(version),
  },
  {
    language: 'java',
    names: words('java openjdk jdk'),
    others: words('se lts oracle hotspot jre bit x v version'),
    // The platform's image has Java 11 (contract §6).
    isNewer: (version) => Number.parseInt(version, 10) > 11 && !/^(32|64)$/.test(version),
  },
];

export function readLanguageName(text: string): LanguageName {
  const name = text.slice(0, 200).normalize('NFKC').toLowerCase().trim();
  const tokens =
    plainSpelling(name).match(/[a-z]+(?:\+\+)?|\d+(?:\.(?:\d+|x))*(?:[a-z](?![a-z]))?|\S/gu) ?? [];
  const versions = tokens.filter((token) => /^\d/.test(token));
  const spelled = tokens.filter((token) => !/^[\d()[\]\-_/.,:=]/.test(token));
  const vocabulary = vocabularies.find(
    ({ names, others }) =>
      spelled.some((word) => names.has(word)) && spelled.every((word) => names.has(word) || others.has(word)),
  );
  if (vocabulary === undefined) return { kind: 'unknown' };
  const { language } = vocabulary;
  const [version] = versions;
  if (version !== undefined && vocabulary.isOther?.(version) === true)
    return { kind: 'other-version', language };
  const isNewer = versions.some((one) => vocabulary.isNewer(one));
  return { kind: 'known', language, ...(isNewer ? { newerVersion: text.trim().slice(0, 60) } : {}) };
}

/** @returns undefined for a language that is not graded. */
export function languageNamed(text: string): Language | undefined {
  const name = readLanguageName(text);
  return name.kind === 'known' ? name.language : undefined;
}

/** `C plus plus` and `C/C++` are C++. */
function plainSpelling(name: string): string {
  return name.replace(/\bc\s*plus\s*plus\b/, 'c++').replace(/^c\s*\/\s*c\+\+/, 'c++');
}
