/** Processes and threads that a program may have at a time. */
export const maxProcesses = 128;

const refusals =
  /Resource temporarily unavailable|can't start new thread|unable to create (?:new )?native thread|Cannot fork/;

/**
 * Why a program failed that was refused a thread or a process, where its error output says so; undefined for all else.
 * Only the explanation depends on these words, never the verdict.
 */
export function refusedProcessMessage(errorOutput: string): string | undefined {
  if (!refusals.test(errorOutput)) return undefined;
  return `It was refused a thread or a process: a program may have ${maxProcesses} at a time, its main thread among them. Common cause: one thread for each value of the input; let a fixed number of threads share the work.`;
}
