import type { CommandContext } from '../../../cli/context.js';
import { allChecks } from '../../../cli/doctor/all-checks.js';
import { doctorContext } from '../../../cli/doctor/doctor-context.js';
import { runChecks } from '../../../cli/doctor/run-checks.js';
import {
  assertReachable,
  readBroker,
  readLastError,
  readPlatform,
  readRunning,
  readStuck,
  readWorkers,
  summariseRunning,
} from '../../../cli/status/read-status.js';
import { createSubmissionFigures } from '../../../platform/postgres/submission-figures.js';
import { gradingFigures } from '../../../platform/temporal/grading-figures.js';
import { latestSweep } from '../../../platform/temporal/sweep-schedule.js';
import { html } from '../../html/html.js';
import { LivePage, tile } from '../../live/live-page.js';
import { readOnce, Series } from '../../live/series.js';
import type { PageRoute } from '../../routes.js';
import { bridgesTile, queueTile } from './broker-tiles.js';
import { doctorTile, timesTile, troubleTile, verdictsTile, waitingTile } from './grading-tiles.js';
import { workersTile } from './workers-tile.js';

export const overviewStream = '/live/overview';

const windowMs = 3_600_000;
const doctorEveryMs = 60_000;
/** The others look at the host they run on, start a container, or send the backend a result: for the command line, on a worker's host. */
const checkedAreas: ReadonlySet<string> = new Set(['RabbitMQ', 'PostgreSQL', 'Temporal']);

/** Everything at a glance; red only where somebody must act. */
export function createOverview(context: CommandContext, stop: AbortSignal): LivePage {
  const since = () => new Date(Date.now() - windowMs);
  const broker = readOnce(() => readBroker(context));
  const platform = readOnce(async () => {
    const figures = createSubmissionFigures(context.database);
    const [status, oldest] = await Promise.all([readPlatform(context, since()), figures.oldestUngraded()]);
    waiting.add(status.ungraded);
    return { ...status, oldest };
  });
  const waiting = new Series();
  const perMinute = new Series();
  const p95 = new Series();
  const checks = allChecks.filter(({ area }) => checkedAreas.has(area));
  return new LivePage(
    [
      tile({ id: 'queue', title: 'Queue', read: broker, render: queueTile }),
      tile({
        id: 'waiting',
        title: 'Submissions',
        read: platform,
        render: (value) => waitingTile(value, waiting.values()),
      }),
      tile({
        id: 'times',
        title: 'Time to verdict, of the last hour',
        everyMs: 4_000,
        read: async () => {
          await assertReachable(context);
          const figures = await gradingFigures(context.temporal, since());
          perMinute.add(figures.perMinute);
          p95.add(figures.p95Ms);
          return figures;
        },
        render: (value) => timesTile(value, perMinute.values(), p95.values()),
      }),
      tile({ id: 'bridges', title: 'Bridges and share', size: 'broad', read: broker, render: bridgesTile }),
      tile({ id: 'verdicts', title: 'Verdicts of the last hour', read: platform, render: verdictsTile }),
      tile({
        id: 'workers',
        size: 'broad',
        title: 'Hosts',
        everyMs: 4_000,
        read: async () => {
          await assertReachable(context);
          return readWorkers(context);
        },
        render: workersTile,
      }),
      tile({
        id: 'trouble',
        size: 'broad',
        title: 'Trouble',
        everyMs: 4_000,
        read: async () => {
          await assertReachable(context);
          const running = readRunning(context);
          const [found, lastError, stuck, sweep] = await Promise.all([
            running,
            readLastError(context, since(), running),
            readStuck(context),
            latestSweep(context.temporal),
          ]);
          return { running: summariseRunning(found, new Date()), lastError, stuck, sweep };
        },
        render: troubleTile,
      }),
      tile({
        id: 'doctor',
        title: 'Doctor',
        everyMs: doctorEveryMs,
        size: 'broad',
        read: () => runChecks(checks, doctorContext(context)),
        render: doctorTile,
      }),
    ],
    stop,
  );
}

export function overviewPage(overview: LivePage): PageRoute {
  return {
    path: '/',
    needs: 'guest',
    read: async () => ({
      title: 'Overview',
      live: overviewStream,
      body: html`<div class="tiles">${await overview.render()}</div>`,
    }),
  };
}
