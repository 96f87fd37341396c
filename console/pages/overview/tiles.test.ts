import { expect, test } from 'vitest';
import { bridgeReport } from '../../../test/fakes/bridge-report.js';
import { bridgesTile, queueTile } from './broker-tiles.js';
import { doctorTile, troubleTile, verdictsTile } from './grading-tiles.js';
import { workersTile } from './workers-tile.js';

const broker = {
  main: { messages: 0, consumers: 1 },
  legacy: undefined,
  quarantine: undefined,
  bridges: [bridgeReport({ received: 19 })],
  unreadableBridges: [],
};
const workers = {
  hosts: ['a'],
  silent: [],
  pollers: { workflows: 1, activities: 1, containers: 1 },
  pools: [],
  listed: [],
  backlog: 0,
};
const silentWorker = {
  hostQueue: 'grading-host-b',
  machine: 'b',
  startedAt: new Date(),
  seenAt: new Date(),
  running: 0,
  processor: 0,
  memory: 0,
  hasStopped: false,
};
const trouble = {
  running: { lookedInto: 0, bySteps: {}, backendRetrying: 0, oldestSeconds: 0 },
  lastError: null,
  stuck: [],
  sweep: undefined,
};
const verdicts = (...statuses: readonly string[]) => ({
  ungraded: 0,
  handedInLastMinute: 0,
  byStatus: statuses.map((status) => ({ status, submissions: 1 })),
});
const red = 'class="act"';

test.each([
  ['a queue that is consumed', queueTile(broker)],
  ['bridges that are well', bridgesTile(broker)],
  ['workers that poll', workersTile(workers)],
  ['no trouble', troubleTile(trouble)],
  ['verdicts of students', verdictsTile(verdicts('Accepted', 'Wrong Answer'))],
])('%s asks nobody to act', (_what, tile) => expect(tile.toString()).not.toContain(red));

test.each([
  ['a queue that is not there', queueTile({ ...broker, main: undefined }), 'There is no such queue'],
  [
    'a queue that nobody consumes',
    queueTile({ ...broker, main: { messages: 3, consumers: 0 } }),
    'grader bridge',
  ],
  [
    'a bridge that is ill',
    bridgesTile({
      ...broker,
      bridges: [bridgeReport({ isHealthy: false, unavailableReason: 'no <route>' })],
    }),
    'no &lt;route&gt;',
  ],
  [
    'a bridge that fails open',
    bridgesTile({ ...broker, bridges: [bridgeReport({ failOpenMs: 9_000 })] }),
    'silent for 9 s',
  ],
  [
    'no worker',
    workersTile({ ...workers, pollers: { workflows: 0, activities: 0, containers: 0 } }),
    'grader worker',
  ],
  [
    'a host that fell silent',
    workersTile({ ...workers, silent: [silentWorker] }),
    'systemctl restart grading-worker',
  ],
  [
    'a backend that does not answer',
    troubleTile({ ...trouble, running: { ...trouble.running, backendRetrying: 2 } }),
    'Is the backend up?',
  ],
  ['a System Error', verdictsTile(verdicts('Accepted', 'System Error')), 'href="/failures"'],
  [
    'a failed check',
    doctorTile([
      {
        name: 'schema',
        area: 'PostgreSQL',
        state: 'failed',
        seen: 'no table',
        remedy: 'psql',
        isMade: true,
        tookMs: 1,
      },
    ]),
    '<code>psql</code>',
  ],
])('%s is red, with what to do', (_what, tile, todo) => {
  expect(tile.toString()).toContain(red);
  expect(tile.toString()).toContain(todo);
});
