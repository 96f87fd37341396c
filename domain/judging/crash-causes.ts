import type { Language } from './language.js';
import type { SignalName } from './signals.js';

/** What a signal of a program's own fault means to its author. */
export interface Crash {
  readonly what: string;
  readonly causes: string;
}

/** @returns undefined for signals that are no crash, such as SIGTERM. */
export function crashBy(name: SignalName | undefined, language: Language): Crash | undefined {
  const crash = name === undefined ? undefined : crashes[name];
  return crash && { what: crash.what, causes: crash.causes[language] };
}

/** For a fault below the language: what its own rules cannot cause. */
const belowPython =
  'Common cause: a fault in code that is not written in Python, such as a wrong call through ctypes.';
const belowJava =
  'Common causes: a call past the safeguards of Java, such as one of sun.misc.Unsafe, or a fault in Java itself.';

/** The same whatever the language. */
const anywhere = (causes: string): Readonly<Record<Language, string>> => ({
  cpp: causes,
  python: causes,
  java: causes,
});

const inCpp = (causes: string): Readonly<Record<Language, string>> => ({
  cpp: causes,
  python: belowPython,
  java: belowJava,
});

const crashes: Readonly<
  Partial<Record<SignalName, { readonly what: string; readonly causes: Readonly<Record<Language, string>> }>>
> = {
  SIGSEGV: {
    what: 'The program crashed with a segmentation fault: it touched memory that is not its own',
    causes: {
      ...inCpp(
        'Common causes: an index outside an array, a null or dangling pointer, a large local array (make it global or a vector: local ones share 8 MB), a global array larger than all memory there is, or recursion that is too deep or never ends.',
      ),
      python:
        'Common causes: recursion deeper than the stack of 8 MB holds, which sys.setrecursionlimit does not enlarge (a thread has a stack of the size that threading.stack_size was told before), or a wrong call through ctypes.',
    },
  },
  SIGFPE: {
    what: 'The program crashed in an arithmetic operation',
    causes: inCpp(
      'Common causes: an integer division by zero, a remainder by zero, or a division of the smallest number of its type by -1, whose result that type cannot hold.',
    ),
  },
  SIGABRT: {
    what: 'The program aborted',
    causes: {
      cpp: 'Common causes: an uncaught exception, a failed assert, or freeing the same memory twice.',
      python:
        'Common causes: recursion without an end whose RecursionError is caught again and again, or a call of os.abort.',
      java: belowJava,
    },
  },
  SIGBUS: {
    what: 'The program crashed with a bus error',
    causes: inCpp('Common causes: a wild pointer or misaligned access.'),
  },
  SIGILL: {
    what: 'The program ran into an instruction the processor refuses',
    causes: inCpp(
      'Common causes: a function without its return statement, a "#pragma GCC target" that names instructions this processor does not have, or overwritten code pointers.',
    ),
  },
  SIGKILL: {
    what: 'The program was killed',
    causes: anywhere(
      'Common causes: a signal it sent to itself, or more memory than the machine could give.',
    ),
  },
  SIGXFSZ: {
    what: 'The program wrote a file larger than the sandbox allows (64 MiB)',
    causes: anywhere('Common cause: writing to a file in a loop without an end.'),
  },
  SIGSYS: {
    what: 'The program used a system call that the sandbox forbids',
    causes: anywhere('Common causes: opening a network connection, or tracing another process.'),
  },
};
