import { gradingQueue, sandboxQueue } from '../../../domain/grading/grading-workflow.js';
import type { Poller, TaskKind } from '../../../platform/temporal/pollers.js';
import { activePollers } from '../../../platform/temporal/pollers.js';
import { describeSilent, heardFrom } from '../../../platform/temporal/silent-workers.js';
import { hostQueuesOf } from '../../../platform/temporal/worker-identity.js';
import { listWorkers } from '../../../platform/temporal/worker-list.js';
import type { Check, Finding } from '../check.js';
import { failed, ok, warning } from '../check.js';

/** Who polls each task queue: one check per queue. */
export const pollers: readonly Check[] = [
  pollersOf('pollers: workflows', gradingQueue, 'workflow', 'no grading begins or goes on'),
  pollersOf(
    'pollers: activities',
    gradingQueue,
    'activity',
    'nothing is loaded or recorded, and the backend is not notified',
  ),
  {
    name: 'pollers: containers',
    area: 'Temporal',
    needs: 'pollers: activities',
    async run({ temporal }) {
      const found = await activePollers(temporal, sandboxQueue, 'activity');
      if (found.length > 0) return ok(`${sandboxQueue}: ${found.map(({ identity }) => identity).join(', ')}`);
      return warning(
        `nobody polls ${sandboxQueue}: every container is taken, or no worker can make one`,
        'grader status; then the log of a worker, for "Failed to get container from pool"',
      );
    },
  },
  {
    name: 'pollers: hosts',
    area: 'Temporal',
    needs: 'pollers: activities',
    async run({ temporal }) {
      const heard = heardFrom(await listWorkers(temporal), new Date());
      const [silent] = heard.silent;
      if (silent !== undefined) {
        return warning(
          `${describeSilent(silent)}; its gradings go to other hosts`,
          'systemctl restart grading-worker',
        );
      }
      const polling = hostQueuesOf(await activePollers(temporal, gradingQueue, 'activity'));
      // One whose polls are refused still tells the server that it lives.
      const queues = [...new Set([...polling, ...heard.current.map(({ hostQueue }) => hostQueue)])];
      if (queues.length === 0) {
        return warning(
          "the workers' names do not tell their hosts: they are of an older version",
          `temporal task-queue describe --task-queue ${gradingQueue}`,
        );
      }
      const polled = await Promise.all(queues.map((queue) => activePollers(temporal, queue, 'activity')));
      const deserted = queues.filter((_, index) => polled[index]?.length === 0);
      if (deserted.length === 0) return judgeHosts(queues, polled);
      return failed(
        `nobody polls ${deserted.join(', ')}, though its worker lives: its gradings wait and then go to other hosts`,
        'restart that worker; its log says why',
      );
    },
  },
];

function pollersOf(name: string, queue: string, kind: TaskKind, follows: string): Check {
  return {
    name,
    area: 'Temporal',
    needs: 'namespace',
    async run({ temporal }) {
      const found = await activePollers(temporal, queue, kind);
      if (found.length > 0) return ok(`${queue}: ${found.map(({ identity }) => identity).join(', ')}`);
      return failed(`no worker polls ${queue} for ${kind} tasks: ${follows}`, 'grader worker');
    },
  };
}

/** A queue of one host has one process. @param polled who polls each of the queues. */
export function judgeHosts(
  queues: readonly string[],
  polled: readonly (readonly Pick<Poller, 'identity'>[])[],
): Finding {
  const shared = polled.find((found) => new Set(found.map(({ identity }) => identity)).size > 1);
  if (shared === undefined) return ok(queues.join(', '));
  const names = [...new Set(shared.map(({ identity }) => identity))].join(', ');
  return warning(
    `one host's queue is polled by ${names}: a worker was restarted within the last minute, or two have the same HOST_ID and take each other's tests`,
    'look again in two minutes; then give each worker a HOST_ID of its own',
  );
}
