import type { FastifyInstance } from 'fastify';
import { RecentBridges } from '../cli/bridges/recent-bridges.js';
import type { CommandContext } from '../cli/context.js';
import { whyTemporalFails } from '../cli/context.js';
import { assertReachable } from '../cli/status/read-status.js';
import { cutoverActions } from './actions/cutover-actions.js';
import { failureActions } from './actions/failure-actions.js';
import { parityActions } from './actions/parity-actions.js';
import { quarantineActions } from './actions/quarantine-actions.js';
import { rejudgeActions } from './actions/rejudge-actions.js';
import { submissionActions } from './actions/submission-actions.js';
import type { LivePage } from './live/live-page.js';
import { auditPage } from './pages/audit-page.js';
import { criteriaPage } from './pages/criteria/criteria-page.js';
import { createCutoverLive, cutoverPage, cutoverStream } from './pages/cutover/cutover-page.js';
import { newPlanPage } from './pages/cutover/new-plan-page.js';
import { failuresPage, replayPlanPage } from './pages/failures/failures-page.js';
import { createOverview, overviewPage, overviewStream } from './pages/overview/overview-page.js';
import { differencePage } from './pages/parity/difference-page.js';
import { ParityDesk } from './pages/parity/parity-desk.js';
import { parityPage } from './pages/parity/parity-page.js';
import { quarantinePage } from './pages/quarantine-page.js';
import { newRejudgePage } from './pages/rejudge/new-set-page.js';
import { rejudgeSetPage } from './pages/rejudge/set-page.js';
import { rejudgeSetsPage } from './pages/rejudge/sets-page.js';
import { submissionsPage } from './pages/submissions/list-page.js';
import { submissionPage } from './pages/submissions/submission-page.js';
import { QuarantineDesk } from './quarantine-desk.js';
import type { ActionRoute, PageRoute } from './routes.js';
import { createServer } from './server.js';

/** Everything that changes something: the table of who may, in docs/console.md, is of these. */
export function consoleActions(
  context: CommandContext,
  desk: QuarantineDesk,
  recentBridges: RecentBridges,
): readonly ActionRoute[] {
  return [
    ...submissionActions(context),
    ...failureActions(context),
    ...quarantineActions(context, desk),
    ...cutoverActions(context, recentBridges),
    ...parityActions(context),
    ...rejudgeActions(context),
  ];
}

/** The console over what the commands work on, not listening yet. Its readers end with `stop`. */
export function createConsole(context: CommandContext, stop: AbortSignal): FastifyInstance {
  const desk = new QuarantineDesk(context);
  /** While the server is down, a listing would wait far longer than whoever looks, and not say what is down. */
  const fromTemporal = (page: PageRoute): PageRoute => ({
    ...page,
    read: async (request) => {
      await assertReachable(context);
      try {
        return await page.read(request);
      } catch (error) {
        throw await whyTemporalFails(context.temporal, error);
      }
    },
  });
  const parity = new ParityDesk(context);
  const overview = createOverview(context, stop);
  const recentBridges = new RecentBridges();
  const cutover = createCutoverLive(context, recentBridges, stop);
  const streams: readonly (readonly [string, LivePage])[] = [
    [overviewStream, overview],
    [cutoverStream, cutover],
  ];
  return createServer({
    settings: context.settings.console,
    platform: context.platform,
    log: context.log,
    pages: [
      overviewPage(overview),
      submissionsPage(context),
      submissionPage(context),
      failuresPage(context),
      fromTemporal(replayPlanPage(context)),
      quarantinePage(desk),
      cutoverPage(cutover),
      newPlanPage(context),
      fromTemporal(parityPage(context, parity)),
      fromTemporal(differencePage(context, parity)),
      rejudgeSetsPage(context),
      newRejudgePage(context),
      fromTemporal(rejudgeSetPage(context)),
      criteriaPage(context),
      fromTemporal(auditPage(context)),
    ],
    actions: consoleActions(context, desk, recentBridges),
    more: (app, identified) => {
      for (const [path, { audience }] of streams) {
        app.get(path, (request, reply) => {
          if (identified(request) === undefined) return reply.code(401).send('Sign in first.');
          audience.join(reply);
          return reply;
        });
      }
      app.get('/healthz', (_request, reply) => reply.send({ status: 'up' }));
    },
  });
}
