import type { ExecutionOutcome } from './execution.js';
import type { Language } from './language.js';
import { signals } from './signals.js';
import { decodeOutput } from './storable-text.js';

/** Judged time of both attempts together, as programs have it: neither the program's limit nor a busy host decides whether it compiles. */
export const compilerBudgetMs = 60_000;
export const compilerLimits = {
  /** Of each of its processes. */
  cpuSeconds: 30,
  memoryKb: 1024 * 1024,
  stdoutBytes: 1024 * 1024,
  stderrBytes: 256 * 1024,
  fileBytes: 256 * 1024 * 1024,
  processes: 256,
} as const;

/** Why a compiler did not come to its end, for a student; undefined where it did. */
export function stoppedCompiler(outcome: ExecutionOutcome, language: Language): string | undefined {
  switch (outcome.end) {
    case 'time-limit':
      return hasUsedItsProcessorTime(outcome) ? processorTimeUp(language) : timeUp(outcome, language);
    case 'memory-limit':
      return `The compiler needed more than 1 GiB of memory and was stopped. ${takesMemory[language]}`;
    case 'output-limit':
      return 'The compiler printed more than 1 MiB, or made more than can be kept: up to 4000 files, of up to 128 MiB together.';
    case 'signaled':
    case 'exited':
      if (hasUsedItsProcessorTime(outcome)) return processorTimeUp(language);
      return (
        gaveUp(outcome) ??
        (outcome.end === 'signaled' ? `The compiler crashed (signal ${outcome.signal ?? 0}).` : undefined)
      );
  }
}

/**
 * The kernel ends a process by its ticks, which may run an eighth ahead of the time that it reports afterwards; the driver
 * tells of a part's end in words. They decide no verdict.
 */
export function hasUsedItsProcessorTime(outcome: ExecutionOutcome): boolean {
  const limitMs = compilerLimits.cpuSeconds * 1000;
  if (outcome.cpuMs >= limitMs) return true;
  const saysSo = outcome.signal === signals.SIGXCPU || partEndedBy(outcome) === 'CPU time limit exceeded';
  return saysSo && outcome.cpuMs > limitMs / 2;
}

/** What ended the compiler proper, the assembler or the linker, as g++ tells it. */
function partEndedBy({ stderr }: ExecutionOutcome): string | undefined {
  return /^\S+: (?:internal compiler|fatal) error: (.+?) signal terminated program \S+$/m.exec(
    decodeOutput(stderr),
  )?.[1];
}

function processorTimeUp(language: Language): string {
  return `The compiler was stopped after ${compilerLimits.cpuSeconds} s of processor time. ${computes[language]}`;
}

function timeUp({ cpuMs, judgedMs }: ExecutionOutcome, language: Language): string {
  const stopped = `The compiler was stopped after ${compilerBudgetMs / 1000} s, in which it used ${(cpuMs / 1000).toFixed(1)} s of processor time`;
  if (cpuMs > judgedMs / 2) return `${stopped}. ${computes[language]}`;
  return `${stopped}: otherwise it waited for something. Common cause: an include of something that never ends, such as a device or a pipe.`;
}

/** Told by its words alone: it met a limit, and ended by itself. */
function gaveUp(outcome: ExecutionOutcome): string | undefined {
  const ended = partEndedBy(outcome);
  if (ended === 'File size limit exceeded') {
    return 'The compiler was stopped because it made a file of more than 256 MiB. Common cause: a very large array that gets a value where it is declared, such as "= {1}": all of it becomes part of the program. Give it its values in main.';
  }
  if (ended === 'Segmentation fault') return `The compiler crashed. ${nested}`;
  const printed = decodeOutput(outcome.stderr);
  const [, javaError] = outOfResources.exec(printed) ?? [];
  if (javaError === 'OutOfMemoryError') return `The compiler ran out of memory. ${takesMemory.java}`;
  const isNested = javaError === 'StackOverflowError' || pythonGaveUp.test(printed);
  return isNested ? `The compiler gave up. ${nested}` : undefined;
}

/** javac's words. */
const outOfResources =
  /^The system is out of resources\.\nConsult the following stack trace for details\.\njava\.lang\.(\w+)/m;
/** Those of py_compile. */
const pythonGaveUp = /^Sorry: (?:Recursion|Memory)Error/m;

const nested =
  'Common causes: thousands of brackets, blocks or operators within one another, such as one very long sum or a chain of very many branches. Use a loop, or an array or list.';

const computes: Readonly<Record<Language, string>> = {
  cpp: 'Common causes: templates, macros or constant expressions that expand without an end, a file that includes itself, or very large constant tables.',
  python: 'Common causes: constant expressions with very large results, or very large tables.',
  java: 'Common causes: generic types or lambdas within one another, whose types it has to find out, or very large tables.',
};

const takesMemory: Readonly<Record<Language, string>> = {
  cpp: 'Common causes: templates that expand without an end, an include of something that never ends, or very large constant tables.',
  python: 'Common cause: a very large table: read or compute its values instead.',
  java: 'Common causes: generic types that expand without an end, or very large tables.',
};
