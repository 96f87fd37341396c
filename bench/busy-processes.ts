import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Wants a core until the given process, ours, is gone, however that ends. */
const busyLoop = `while kill -0 "$1" 2>/dev/null; do
  i=0
  while [ $i -lt 100000 ]; do i=$((i + 1)); done
done`;

/** Runs `task` beside processes that want a core all the time; they end with it, and by themselves after an hour. */
export async function besideBusyProcesses<Result>(
  count: number,
  task: () => Promise<Result>,
): Promise<Result> {
  const busy: ChildProcess[] = [];
  try {
    for (let index = 0; index < count; index += 1) {
      // Each in a session of its own: kernels that share cores by session would count them as one.
      const loop = spawn('timeout', ['3600', 'sh', '-c', busyLoop, 'busy', String(process.pid)], {
        detached: true,
        stdio: 'ignore',
      });
      busy.push(loop);
      await once(loop, 'spawn');
    }
    return await task();
  } finally {
    for (const { pid } of busy) {
      // The group: `timeout` and its shell.
      if (pid !== undefined) process.kill(-pid, 'SIGKILL');
    }
  }
}
