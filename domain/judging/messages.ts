import { crashBy } from './crash-causes.js';
import type { ExecutionOutcome } from './execution.js';
import { heapOf } from './java-heap.js';
import { javaStartMessage } from './java-start-message.js';
import type { Language } from './language.js';
import type { EffectiveLimits } from './limits.js';
import { refusedProcessMessage } from './refused-process.js';
import { withoutSandboxPaths } from './sandbox-paths.js';
import type { SignalName } from './signals.js';
import { signalName, signals } from './signals.js';
import type { TestStatus } from './status.js';
import { Status } from './status.js';
import { decodeOutput, storableExcerpt } from './storable-text.js';
import { exitStatus } from './verdict.js';

/** How much of a program's stderr a message quotes. */
const stderrLimitBytes = 1000;

/**
 * Prose for the student: what happened, the limit and the measured value, common causes, the exit code or signal
 * name, and the program's stderr.
 * @returns null for Accepted and Wrong Answer (contract §6, last paragraph).
 */
export function testMessage(
  status: TestStatus,
  outcome: ExecutionOutcome,
  limits: EffectiveLimits,
  language: Language,
): string | null {
  const explanation = explain(status, outcome, limits, language);
  if (explanation === null) return null;
  if (outcome.stderr.length === 0) return explanation;
  // Python's first thread ends so, and the others wait for it until the time is up.
  const refused = refusedProcessMessage(decodeOutput(outcome.stderr));
  const parts = [explanation, ...(refused === undefined ? [] : [refused])];
  return `${parts.join(' ')}\n\nIts error output:\n${errorOutput(outcome)}`;
}

function explain(
  status: TestStatus,
  outcome: ExecutionOutcome,
  limits: EffectiveLimits,
  language: Language,
): string | null {
  switch (status) {
    case Status.Accepted:
    case Status.WrongAnswer:
      return null;
    case Status.PresentationError:
      return presentationError(outcome);
    case Status.TimeLimitExceeded:
      return timeLimitExceeded(outcome, limits, language);
    case Status.MemoryLimitExceeded:
      return memoryLimitExceeded(outcome, limits);
    case Status.OutputLimitExceeded:
      return outputLimitExceeded(outcome);
    case Status.RuntimeError:
      return runtimeError(outcome, language);
  }
}

const byteOrderMark = '\uFEFF';

function presentationError({ stdout }: ExecutionOutcome): string {
  if (decodeOutput(stdout).includes(byteOrderMark)) {
    return 'The output has the right content, but there is a byte order mark (BOM, U+FEFF) in it: a character that no editor shows. Print as UTF-8 without it. If that is not all, its spaces or line breaks differ from the expected ones.';
  }
  return 'The output has the right content, but its spaces or line breaks differ from the expected ones. Check blanks at line ends, blank lines, and the separators between values.';
}

function timeLimitExceeded(
  outcome: ExecutionOutcome,
  { timeLimitMs }: EffectiveLimits,
  language: Language,
): string {
  const measured = `measured: ${timeMeasured(outcome)}`;
  if (outcome.end === 'exited' && outcome.judgedMs <= timeLimitMs) {
    return `The program ended with exit code 124, which is reported as a time limit reached (limit: ${timeLimitMs} ms; ${measured}). Common cause: a call of exit with that code.`;
  }
  const waited = outcome.cpuMs < outcome.judgedMs / 2;
  const causes = waited
    ? `It used the processor for less than half of that time. Common causes: waiting for input that is not there, a sleep, or threads that wait for each other${endlessThreads[language]}.`
    : 'Common causes: a loop that never ends, or an algorithm too slow for large inputs.';
  return `The program did not finish within the time limit of ${timeLimitMs} ms (${measured}). ${causes}`;
}

/** Where a program lasts until its last thread has ended, though its answer is printed. */
const endlessThreads: Readonly<Record<Language, string>> = {
  cpp: '',
  python: ' or never end',
  java: ' or never end, as those of an executor or a timer that is not shut down',
};

/** Judged time, CPU time and, if it differs, wall time. */
function timeMeasured({ judgedMs, cpuMs, wallMs }: ExecutionOutcome): string {
  const ms = (value: number) => `${Math.round(value)} ms`;
  const judged = `${ms(judgedMs)}, with ${ms(cpuMs)} of processor time`;
  if (Math.round(wallMs) <= Math.round(judgedMs)) return judged;
  return `${judged}; ${ms(wallMs)} passed on the clock, but waiting for a free processor is not counted`;
}

function memoryLimitExceeded(outcome: ExecutionOutcome, { memoryLimitKb }: EffectiveLimits): string {
  const limit = megabytes(memoryLimitKb);
  const peak = `peak measured: ${megabytes(outcome.peakMemoryKb)}`;
  if (outcome.end === 'memory-limit' && outcome.signal === signals.SIGABRT) {
    const heap = megabytes(heapOf(memoryLimitKb));
    return `The program needed more memory than the limit of ${limit}, which leaves ${heap} for Java's heap (${peak}). Common causes: arrays far larger than needed, or collections that grow without end.`;
  }
  if (outcome.end !== 'memory-limit' && outcome.peakMemoryKb <= memoryLimitKb) {
    return `The program was ended by SIGKILL (exit code 137), which is reported as a memory limit reached (limit: ${limit}; ${peak}). Common causes: a signal it sent to itself, or a call of exit with that code.`;
  }
  // Stopped by the kernel, which counts more than is seen of any one process.
  const together =
    outcome.peakMemoryKb < seenShare * memoryLimitKb
      ? ' The limit is for all its processes together, with their files in /tmp, /dev/shm and its folder, and with what the system keeps for them, such as full pipes.'
      : '';
  return `The program used more memory than the limit of ${limit} (${peak}).${together} Common causes: arrays far larger than needed, containers that grow without end, or recursion without an end.`;
}

/** Of the limit; a program that is stopped within one large step was seen just below it. */
const seenShare = 0.8;

function outputLimitExceeded(outcome: ExecutionOutcome): string {
  if (outcome.end !== 'output-limit') {
    return 'The program was ended by SIGPIPE (exit code 141), which is reported as an output limit reached. Common causes: writing to a pipe or a socket that the other end has closed, or a call of exit with that code.';
  }
  return `The program printed as much as the limit of 1 MiB (1048576 bytes) or more and was stopped, after ${timeMeasured(outcome)}. Common causes: a loop that prints without end, or debug output left in.`;
}

function runtimeError(outcome: ExecutionOutcome, language: Language): string {
  const status = exitStatus(outcome);
  const number = status - 128;
  const name = signalName(number);
  if (outcome.signal === null) return exitCode(status, name, outcome, language);
  const crash = crashBy(name, language);
  if (crash !== undefined) return `${crash.what} (${name}, exit code ${status}). ${crash.causes}`;
  return `The program was ended by ${name ?? `signal ${number}`} (exit code ${status}). Common cause: a signal it sent to itself.`;
}

function exitCode(
  code: number,
  name: SignalName | undefined,
  { stderr }: ExecutionOutcome,
  language: Language,
): string {
  if (name !== undefined) {
    // Python and Java end by the signal itself where they crash.
    const crash = language === 'cpp' ? crashBy(name, language) : undefined;
    const causes = crash?.causes ?? 'Common cause: a call of exit with that code.';
    return `The program ended with exit code ${code}, which stands for ${name}: a process that it had started may have ended so. ${causes}`;
  }
  const notStarted = language === 'java' ? javaStartMessage(decodeOutput(stderr)) : undefined;
  return notStarted ?? `The program ended with exit code ${code} instead of 0. ${exitCauses[language]}`;
}

const exitCauses: Readonly<Record<Language, string>> = {
  cpp: 'Common causes: an uncaught exception, a call of exit with another code, or a main function that does not return 0.',
  python:
    'Common causes: an exception that nothing catches, such as an index out of range or input that is no number, or a call of sys.exit with another code.',
  java: 'Common causes: an exception that nothing catches, such as an index out of range or a null reference, or a call of System.exit with another code.',
};

function errorOutput({ stderr, stderrTruncated }: ExecutionOutcome): string {
  const excerpt = storableExcerpt(withoutSandboxPaths(decodeOutput(stderr)), stderrLimitBytes);
  return stderrTruncated ? `${excerpt}\n… (it printed more, which was not kept)` : excerpt;
}

function megabytes(kilobytes: number): string {
  return `${(kilobytes / 1024).toFixed(1)} MB`;
}

/** For the student, when our own trouble outlasted the deadline. @param step the one that kept failing. */
export function systemErrorMessage(step: string): string {
  return `The grading system could not finish grading this program because of a problem of its own (at step "${step}"); the program was not judged. It is kept and can be graded again: tell your teacher, or hand it in again later.`;
}
