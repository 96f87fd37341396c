import type { WorkersStatus } from '../../../cli/status/status-report.js';
import { describeSilent } from '../../../platform/temporal/silent-workers.js';
import type { Html, Piece } from '../../html/html.js';
import { html } from '../../html/html.js';
import { act, facts, table } from '../../html/pieces.js';

export function workersTile({ hosts, silent, pollers, pools, listed, backlog }: WorkersStatus): Html {
  const isUnserved = pollers.workflows === 0 || pollers.activities === 0;
  const byQueue = new Map(
    pools.flatMap((pool) => ('hostQueue' in pool ? [[pool.hostQueue, pool] as const] : [])),
  );
  const names = [...new Set([...hosts, ...byQueue.keys()])].toSorted();
  const rows = names.map((name): readonly Piece[] => {
    const pool = byQueue.get(name);
    const seen = listed.find(({ hostQueue }) => hostQueue === name);
    const load =
      seen === undefined ? '–' : `${Math.round(seen.processor * 100)} % / ${Math.round(seen.memory * 100)} %`;
    if (pool === undefined) return [name, '–', seen?.running ?? '–', load];
    const { free, leased, recycling, size } = pool.pool;
    return [name, `${free} free, ${leased} leased, ${recycling} recycling of ${size}`, pool.running, load];
  });
  return html`${isUnserved && act('No worker polls', 'Start one: grader worker, or systemctl start grading-worker')}
${silent.map((worker) => act(describeSilent(worker), 'Its gradings go to other hosts. Start it again: systemctl restart grading-worker'))}
${[...byQueue.values()].map(({ hostQueue, unavailableReason }) => unavailableReason !== undefined && act(hostQueue, unavailableReason))}
${pools.map((pool) => 'why' in pool && html`<p class="warn">${pool.url} not seen: ${pool.why}</p>`)}
${names.length > 0 && table('Where programs run', ['host', 'containers', 'running', 'processor / memory'], rows)}
${facts([
  [
    'Pollers',
    `${pollers.workflows} for workflows, ${pollers.activities} for activities, ${pollers.containers} for containers`,
  ],
  ['Waiting for a worker or container', backlog],
])}`;
}
