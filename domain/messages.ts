import type { ExecutionOutcome } from './execution.js';
import type { EffectiveLimits } from './limits.js';
import type { TestStatus } from './status.js';
import { Status } from './status.js';
import { storableText } from './storable-text.js';
import { exitStatus, signals } from './verdict.js';

/** How much of a program's stderr a message quotes. */
const stderrLimitBytes = 1000;

/**
 * Prose for the student: what happened, the common causes, the figures and the program's stderr.
 * @returns null for Accepted and Wrong Answer (contract §6, last paragraph).
 */
export function testMessage(
  status: TestStatus,
  outcome: ExecutionOutcome,
  limits: EffectiveLimits,
): string | null {
  const explanation = explain(status, outcome, limits);
  if (explanation === null) return null;
  if (outcome.stderr.length === 0) return explanation;
  return `${explanation}\n\nIts error output:\n${storableText(outcome.stderr, stderrLimitBytes)}`;
}

function explain(status: TestStatus, outcome: ExecutionOutcome, limits: EffectiveLimits): string | null {
  switch (status) {
    case Status.Accepted:
    case Status.WrongAnswer:
      return null;
    case Status.PresentationError:
      return 'The output has the right content, but its spaces or line breaks differ from the expected ones. Check blanks at line ends, blank lines, and the separators between values.';
    case Status.TimeLimitExceeded:
      return `The program did not finish within the time limit of ${limits.timeLimitMs} ms (${timeMeasured(outcome)}). Common causes: a loop that never ends, waiting for input that is not there, or an algorithm too slow for large inputs.`;
    case Status.MemoryLimitExceeded:
      return `The program used more memory than the limit of ${megabytes(limits.memoryLimitKb)} (peak measured: ${megabytes(outcome.peakMemoryKb)}). Common causes: arrays far larger than needed, containers that grow without end, or recursion without an end.`;
    case Status.OutputLimitExceeded:
      return 'The program printed more than 1 MiB of output and was stopped. Common causes: a loop that prints without end, or debug output left in.';
    case Status.RuntimeError:
      return runtimeError(outcome);
  }
}

function timeMeasured(outcome: ExecutionOutcome): string {
  if (outcome.end === 'exited' && outcome.exitCode === 124) {
    return 'it ended with exit code 124, which is reported as a time limit reached';
  }
  return `measured: ${Math.round(outcome.judgedMs)} ms, of which ${Math.round(outcome.cpuMs)} ms on the processor`;
}

function runtimeError(outcome: ExecutionOutcome): string {
  const status = exitStatus(outcome);
  const known = crashes[status];
  if (known !== undefined) return `${known.what} (${known.name}, exit code ${status}). ${known.causes}`;
  if (status > 128 && outcome.signal !== null) {
    return `The program was ended by signal ${outcome.signal} (exit code ${status}).`;
  }
  return `The program ended with exit code ${status} instead of 0. Common causes: an uncaught exception, a call of exit with another code, or a main function that does not return 0.`;
}

const crashes: Readonly<Record<number, { name: string; what: string; causes: string }>> = {
  [128 + signals.SIGSEGV]: {
    name: 'SIGSEGV',
    what: 'The program crashed with a segmentation fault: it touched memory that is not its own',
    causes:
      'Common causes: an index outside an array, a null or dangling pointer, or recursion without an end.',
  },
  [128 + signals.SIGFPE]: {
    name: 'SIGFPE',
    what: 'The program crashed in an arithmetic operation',
    causes: 'Common causes: an integer division by zero, or a remainder by zero.',
  },
  [128 + signals.SIGABRT]: {
    name: 'SIGABRT',
    what: 'The program aborted',
    causes: 'Common causes: an uncaught exception, a failed assert, or freeing the same memory twice.',
  },
  [128 + signals.SIGBUS]: {
    name: 'SIGBUS',
    what: 'The program crashed with a bus error',
    causes: 'Common causes: a wild pointer or misaligned access.',
  },
  [128 + signals.SIGILL]: {
    name: 'SIGILL',
    what: 'The program ran into an instruction the processor refuses',
    causes: 'Common causes: a function without its return statement, or overwritten code pointers.',
  },
  [128 + signals.SIGKILL]: {
    name: 'SIGKILL',
    what: 'The program was killed',
    causes: 'Common causes: a signal it sent to itself, or more memory than the machine could give.',
  },
  [128 + signals.SIGXFSZ]: {
    name: 'SIGXFSZ',
    what: 'The program wrote a file larger than the sandbox allows',
    causes: 'Common cause: writing to a file in a loop without an end.',
  },
  [128 + signals.SIGSYS]: {
    name: 'SIGSYS',
    what: 'The program used a system call that the sandbox forbids',
    causes: 'Common causes: opening a network connection, or tracing another process.',
  },
};

function megabytes(kilobytes: number): string {
  return `${(kilobytes / 1024).toFixed(1)} MB`;
}

/** For the student, when our own trouble outlasted the deadline. @param step the one that kept failing. */
export function systemErrorMessage(step: string): string {
  return `The grading system could not finish grading this program because of a problem of its own (at step "${step}"); the program was not judged. It is kept and can be graded again: tell your teacher, or hand it in again later.`;
}
