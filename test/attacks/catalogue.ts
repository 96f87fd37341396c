import type { Language } from '../../domain/judging/language.js';
import type { Status } from '../../domain/judging/status.js';
import { Status as S } from '../../domain/judging/status.js';

/** One hostile, odd or broken program and what it must get. */
export interface Attack {
  /** Of `programs/`, and the class of the attack. */
  readonly folder: string;
  readonly file: string;
  readonly language: Language;
  /** Several where the kernel, the compiler or the machine's size decides. */
  readonly expected: readonly Status[];
  readonly timeLimitMs: number;
  readonly memoryLimitKb: number;
  /** Tests run one after the other in one container: a second one must not see the first. */
  readonly tests: number;
  readonly expectedOutput: string;
  /** A compiler's own limits, lower than a grading's so that the suite stays short. */
  readonly compileTimeMs: number;
}

type Row = readonly [file: string, expected: readonly Status[], options?: Partial<Attack>];

const timeLimitMs: Readonly<Record<Language, number>> = { cpp: 300, python: 1000, java: 2500 };

/** Gives the rows of one class what they do not say. */
export function attackClass(folder: string, rows: readonly Row[], common: Partial<Attack> = {}): Attack[] {
  return rows.map(([file, expected, options]) => {
    const language = languageOf(file);
    return {
      folder,
      file,
      language,
      expected,
      timeLimitMs: timeLimitMs[language],
      memoryLimitKb: language === 'cpp' ? 256_000 : 128_000,
      tests: 1,
      expectedOutput: '8\n',
      compileTimeMs: 8000,
      ...common,
      ...options,
    };
  });
}

// A table is read by its columns.
export const accepted = [S.Accepted];
export const wrong = [S.WrongAnswer];
export const time = [S.TimeLimitExceeded];
export const memory = [S.MemoryLimitExceeded];
export const output = [S.OutputLimitExceeded];
export const runtime = [S.RuntimeError];
export const compileError = [S.CompileError];

function languageOf(file: string): Language {
  if (file.endsWith('.cpp')) return 'cpp';
  return file.endsWith('.py') ? 'python' : 'java';
}
