import type { Language } from './language.js';

/** A named set of grading rules; `python` is the default (contract §7, last paragraph). */
export type GradingProfile = 'python' | 'go' | 'strict';

/** How a test in function mode gives its arguments: typed values on stdin (§6), or one JSON array (§7). */
export type FunctionInput = 'typed-stdin' | 'json-arguments';

/** Where the two legacy workers differ, as data. */
export interface GradingRules {
  readonly cppFlags: readonly string[];
  /** Fixed cap of the container, or the problem's own limit. */
  readonly memory: 'container-cap' | 'problem-limit';
  /** `language_limits`, factors and allowances of the language (contract §7). */
  readonly languageLimits: boolean;
  /** White-space-only differences are Presentation Error instead of Wrong Answer. */
  readonly presentationError: boolean;
  /** Bytes of an output that are no UTF-8, such as a printed EOF: the Python worker compares without them. */
  readonly invalidUtf8: 'left-out' | 'different';
  /** Status of an exit by SIGKILL without evidence of a memory kill. */
  readonly sigkill: 'Memory Limit Exceeded' | 'Runtime Error';
  readonly outputOfAccepted: 'kept' | 'left-out';
  /** Lines of compiler errors shown; null for all. */
  readonly compileErrorLines: number | null;
  /** Function mode: form of a test's input; Python and Java always use JSON. */
  readonly functionInput: FunctionInput;
  /**
   * Function mode: whether equal output counts whatever the exit status, on stdout and stderr together, or as in
   * stdio mode.
   */
  readonly functionJudging: 'output-first' | 'as-stdio';
}

/** Container memory of the Python worker (contract §6), KB. */
export const pythonWorkerMemoryCapKb = 256 * 1024;

const pythonRules: GradingRules = {
  // A warning is a Compile Error (contract §6).
  cppFlags: ['-std=c++17', '-O1', '-Wall', '-Wextra', '-pedantic', '-Werror'],
  memory: 'container-cap',
  languageLimits: false,
  presentationError: false,
  invalidUtf8: 'left-out',
  sigkill: 'Memory Limit Exceeded',
  outputOfAccepted: 'kept',
  compileErrorLines: null,
  functionInput: 'typed-stdin',
  functionJudging: 'output-first',
};

const goRules: GradingRules = {
  cppFlags: ['-std=c++17', '-O1', '-Wall', '-Wextra', '-Wno-unused-result'],
  memory: 'problem-limit',
  languageLimits: true,
  presentationError: true,
  invalidUtf8: 'different',
  sigkill: 'Runtime Error',
  outputOfAccepted: 'left-out',
  compileErrorLines: 5,
  functionInput: 'json-arguments',
  functionJudging: 'as-stdio',
};

const strictRules: GradingRules = {
  ...pythonRules,
  cppFlags: ['-std=c++17', '-O1', '-Wall', '-Wextra', '-pedantic'],
  memory: 'problem-limit',
  invalidUtf8: 'different',
};

/** Python and Java are graded as the Go worker does under every profile (contract §7). */
export function gradingRules(profile: GradingProfile, language: Language): GradingRules {
  if (language !== 'cpp') return goRules;
  return { python: pythonRules, go: goRules, strict: strictRules }[profile];
}
