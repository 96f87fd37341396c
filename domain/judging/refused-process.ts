/** Processes and threads that a program may have at a time. */
export const maxProcesses = 128;

/** The kernel's words for it stand for much else: a lock that is held, a pipe that is empty. So who says them counts. */
const refusals: readonly RegExp[] = [
  /can't start new thread|unable to create (?:new )?native thread|Cannot fork/,
  /(?:what\(\): |fork.{0,40}|clone.{0,40}|spawn.{0,40}|thread.{0,40}|error=11,) Resource temporarily unavailable/i,
];
/** Python names the call in the lines before. */
const inPython = 'BlockingIOError: [Errno 11] Resource temporarily unavailable';
const startsProcess = /fork|spawn/;

/**
 * Why a program failed that was refused a thread or a process, where its error output says so; undefined for all else.
 * Only the explanation depends on these words, never the verdict.
 */
export function refusedProcessMessage(errorOutput: string): string | undefined {
  if (!isRefusal(errorOutput)) return undefined;
  return `It was refused a thread or a process: a program may have ${maxProcesses} at a time, its main thread among them. Common cause: one thread for each value of the input; let a fixed number of threads share the work.`;
}

function isRefusal(errorOutput: string): boolean {
  if (refusals.some((refusal) => refusal.test(errorOutput))) return true;
  return errorOutput.includes(inPython) && startsProcess.test(errorOutput);
}
