import { describe, expect, it } from 'vitest';
import type { Sandbox, SandboxStats } from '../sandbox/index.js';
import type { GradingWorkers } from './worker.js';
import { workerHealth } from './worker-health.js';
import { WorkerParts } from './worker-parts.js';

const workers = (isReady: boolean) =>
  ({ isReady: () => isReady, failed: () => [] as readonly string[] }) as GradingWorkers;
const sandbox = (stats: Partial<SandboxStats>) =>
  ({
    hostQueue: 'grading-host-a',
    stats: () => ({ poolSize: 2, alive: 0, idle: 0, held: 0, ...stats }),
  }) as Sandbox;

function partsWith(workers: GradingWorkers, pool: Sandbox | undefined): WorkerParts {
  const parts = new WorkerParts();
  parts.workers = workers;
  if (pool !== undefined) parts.sandbox = pool;
  return parts;
}

describe('a worker', () => {
  it.each([
    ['has opened no pool yet', workers(false), undefined, false, 'not polling', /waits for Temporal/],
    [
      'makes the warm image',
      workers(true),
      sandbox({ hasMadeContainer: false, preparing: 'making the warm image: step 3 of 4' }),
      ...([false, 'no container yet', /step 3 of 4/] as const),
    ],
    [
      'has no sandbox image',
      workers(true),
      sandbox({ hasMadeContainer: false, unavailableReason: 'the sandbox image does not exist' }),
      ...([false, 'no container yet', /does not exist/] as const),
    ],
    ['has made a container', workers(true), sandbox({ hasMadeContainer: true }), true, 'ready', undefined],
    [
      'has lost Docker, for which a restart is no help',
      workers(true),
      sandbox({ hasMadeContainer: true, unavailableReason: 'no Docker engine answers' }),
      ...([true, 'ready', /no Docker/] as const),
    ],
    [
      'stops',
      workers(false),
      sandbox({ hasMadeContainer: true }),
      ...([false, 'not polling', /or stops/] as const),
    ],
  ])('that %s says so', (_what, polling, pool, isReady, status, reason) => {
    const health = workerHealth(partsWith(polling, pool));
    expect(health).toMatchObject({ isReady, report: { status } });
    const { unavailableReason } = health.report as { unavailableReason?: string };
    if (reason === undefined) expect(unavailableReason).toBeUndefined();
    else expect(unavailableReason).toMatch(reason);
  });

  it('whose polls do not arrive is not ready, and alive, as a restart would not help', () => {
    const parts = partsWith(workers(true), sandbox({ hasMadeContainer: true }));
    parts.polls = { unavailableReason: () => 'Temporal refuses' };
    expect(workerHealth(parts)).toMatchObject({
      isReady: false,
      isAlive: true,
      report: { status: 'not polling', unavailableReason: 'Temporal refuses' },
    });
  });
});
