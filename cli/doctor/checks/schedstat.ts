import { readFile } from 'node:fs/promises';
import type { Check, Finding } from '../check.js';
import { ok, warning } from '../check.js';

/** The kernel's account of how long a process was ready without a core. Without it, wall time is judged. */
export const schedstat: Check = {
  name: 'schedstat',
  area: 'host',
  run: async () => judgeSchedstat(await readFile('/proc/self/schedstat', 'utf8').catch(() => undefined)),
};

/** Three numbers: time on a core, time waited for one (both ns), turns. */
export function judgeSchedstat(text: string | undefined): Finding {
  const [onCore, waited, turns] = (text ?? '').trim().split(/\s+/).map(Number);
  if (waited !== undefined && Number.isFinite(waited) && (onCore ?? 0) > 0 && (turns ?? 0) > 0) {
    return ok('the kernel counts the time a program waits for a core');
  }
  return warning(
    'the kernel does not count waits for a core: wall time is judged, and a busy host may make Time Limit Exceeded of right answers',
    'grep SCHED_INFO "/boot/config-$(uname -r)"; keep RUN_CONCURRENCY below the number of cores',
  );
}
