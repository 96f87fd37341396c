import { quarantineQueue } from '../../bridge/quarantine.js';
import { errorLine } from '../../domain/errors/error-text.js';
import { gradingQueue, sandboxQueue } from '../../domain/grading/grading-workflow.js';
import type { RunningStep } from '../../domain/grading/running-step.js';
import { collectBridgeReports } from '../../platform/amqp/bridge-reports.js';
import { lookAtQueue } from '../../platform/amqp/look-at-queue.js';
import { createSubmissionFigures } from '../../platform/postgres/submission-figures.js';
import type { TemporalClient } from '../../platform/temporal/connection.js';
import { failedRuns } from '../../platform/temporal/failed-runs.js';
import { gradingFigures } from '../../platform/temporal/grading-figures.js';
import { assertNamespace } from '../../platform/temporal/namespace-missing.js';
import { ForeignPlatformError } from '../../platform/temporal/platform-claim.js';
import { activePollers } from '../../platform/temporal/pollers.js';
import type { RunningGrading } from '../../platform/temporal/running-gradings.js';
import { runningGradings } from '../../platform/temporal/running-gradings.js';
import { heardFrom } from '../../platform/temporal/silent-workers.js';
import type { StuckWorkflow } from '../../platform/temporal/stuck-workflows.js';
import { stuckWorkflows } from '../../platform/temporal/stuck-workflows.js';
import { latestSweep } from '../../platform/temporal/sweep-schedule.js';
import { readTaskBacklog } from '../../platform/temporal/task-backlog.js';
import { hostQueuesOf } from '../../platform/temporal/worker-identity.js';
import { listWorkers } from '../../platform/temporal/worker-list.js';
import { readWorkerReports } from '../../platform/worker-reports.js';
import type { CommandContext } from '../context.js';
import { assertOneNamespaceEach, whyTemporalFails } from '../context.js';
import type {
  BrokerStatus,
  LastError,
  PlatformStatus,
  RunningStatus,
  Seen,
  StatusReport,
  WorkersStatus,
} from './status-report.js';

/** Unlike in other commands, these may be down: that is then what there is to be seen. */
export type StatusSources = Pick<
  CommandContext,
  'settings' | 'temporal' | 'database' | 'broker' | 'legacyBroker'
>;

const reportTimeoutMs = 500;
const temporalWithinMs = 5_000;
/** Each costs a call; if more run, steps are shown for a part. */
const maxLookedInto = 100;
const maxStuckShown = 20;

/** Reads all parts side by side. A part that cannot be read says so in its place. */
export async function readStatus(sources: StatusSources, windowMs: number): Promise<StatusReport> {
  const at = new Date();
  const since = new Date(at.getTime() - windowMs);
  const reachable = assertReachable(sources);
  const foreign = reachable.then(() => whoseNamespace(sources)).catch(() => undefined);
  const running = reachable.then(() => readRunning(sources));
  const seenThere = seenAt(sources.temporal);
  const [broker, platform, gradings, steps, workers, lastError, stuck, swept] = await Promise.all([
    seen(readBroker(sources)),
    seen(readPlatform(sources, since)),
    seenThere(reachable.then(() => gradingFigures(sources.temporal, since))),
    seenThere(running.then((found) => summariseRunning(found, at))),
    seenThere(reachable.then(() => readWorkers(sources))),
    seenThere(reachable.then(() => readLastError(sources, since, running))),
    seenThere(reachable.then(() => readStuck(sources))),
    seenThere(reachable.then(() => latestSweep(sources.temporal))),
  ]);
  const owner = await foreign;
  return {
    at,
    since,
    queue: sources.settings.queue,
    ...(owner === undefined ? {} : { foreign: owner }),
    broker,
    platform,
    gradings,
    running: steps,
    workers,
    lastError,
    stuck,
    sweep: swept,
  };
}

/** One clear reason, quickly, for everything that comes from Temporal. */
export async function assertReachable({ temporal }: Pick<StatusSources, 'temporal'>): Promise<void> {
  await temporal.check(temporalWithinMs);
  await assertNamespace(temporal, temporalWithinMs);
}

export function readRunning({
  temporal,
}: Pick<StatusSources, 'temporal'>): Promise<readonly RunningGrading[]> {
  return runningGradings(temporal, maxLookedInto);
}

export function readStuck({ temporal }: Pick<StatusSources, 'temporal'>): Promise<readonly StuckWorkflow[]> {
  return stuckWorkflows(temporal, maxStuckShown);
}

async function seen<Value>(reading: Promise<Value>): Promise<Seen<Value>> {
  try {
    return { value: await reading };
  } catch (error) {
    return { unseen: errorLine(error) };
  }
}

/** What is read at Temporal, whose client says which call failed, and not why. */
function seenAt(temporal: TemporalClient) {
  return <Value>(reading: Promise<Value>): Promise<Seen<Value>> =>
    seen(
      reading.catch(async (error: unknown) => {
        throw await whyTemporalFails(temporal, error);
      }),
    );
}

/** @returns undefined where it is ours, or cannot be seen. */
async function whoseNamespace(sources: StatusSources): Promise<string | undefined> {
  try {
    await assertOneNamespaceEach(sources);
    return undefined;
  } catch (error) {
    return error instanceof ForeignPlatformError ? error.message : undefined;
  }
}

export async function readBroker({ broker, legacyBroker, settings }: StatusSources): Promise<BrokerStatus> {
  const connection = await broker();
  const legacyLook = seen(legacyBroker().then((there) => lookAtQueue(there, settings.legacyQueue)));
  const [main, legacyAnswer, quarantine] = await Promise.all([
    lookAtQueue(connection, settings.queue),
    legacyLook,
    lookAtQueue(connection, quarantineQueue(settings.queue)),
  ]);
  const looks = {
    main,
    quarantine,
    legacy: 'unseen' in legacyAnswer ? undefined : legacyAnswer.value,
    ...('unseen' in legacyAnswer && { legacyUnseen: legacyAnswer.unseen }),
  };
  // Afterwards: a broker with an alarm answers nothing more on a connection that publishes.
  const answers = await seen(
    collectBridgeReports(connection, settings.queue, { timeoutMs: reportTimeoutMs }),
  );
  if ('unseen' in answers) {
    return { ...looks, bridges: [], unreadableBridges: [], bridgesUnseen: answers.unseen };
  }
  const { reports: bridges, unreadable: unreadableBridges } = answers.value;
  return { ...looks, bridges, unreadableBridges };
}

export async function readPlatform({ database }: StatusSources, since: Date): Promise<PlatformStatus> {
  const figures = createSubmissionFigures(database);
  const [{ ungraded, lastMinute }, byStatus] = await Promise.all([figures.inflow(), figures.byStatus(since)]);
  return { ungraded, handedInLastMinute: lastMinute, byStatus };
}

export function summariseRunning(gradings: readonly RunningGrading[], at: Date): RunningStatus {
  const bySteps: Partial<Record<RunningStep, number>> = {};
  for (const { step } of gradings) bySteps[step] = (bySteps[step] ?? 0) + 1;
  const ages = gradings.map(({ startedAt }) => at.getTime() - startedAt.getTime());
  return {
    lookedInto: gradings.length,
    bySteps,
    backendRetrying: gradings.filter(({ step, attempt }) => step === 'notify' && attempt > 1).length,
    oldestSeconds: Math.max(0, Math.round(Math.max(0, ...ages) / 1000)),
  };
}

export async function readWorkers({ temporal, settings }: StatusSources): Promise<WorkersStatus> {
  const [workflows, activities, containers, backlog, pools, listed] = await Promise.all([
    activePollers(temporal, gradingQueue, 'workflow'),
    activePollers(temporal, gradingQueue, 'activity'),
    activePollers(temporal, sandboxQueue, 'activity'),
    readTaskBacklog(temporal),
    readWorkerReports(settings.watch.workerHealthUrls),
    listWorkers(temporal),
  ]);
  const { current, silent } = heardFrom(listed, new Date());
  return {
    hosts: hostQueuesOf([...activities, ...containers]),
    silent,
    pollers: {
      workflows: workflows.length,
      activities: activities.length,
      containers: containers.length,
    },
    pools,
    listed: current,
    backlog: backlog.count,
  };
}

/** The latest reason for which a grading failed or is being retried. */
export async function readLastError(
  { temporal }: StatusSources,
  since: Date,
  running: Promise<readonly RunningGrading[]>,
): Promise<LastError | null> {
  const [failed, gradings] = await Promise.all([failedRuns(temporal, since, 1), running]);
  const retrying = gradings.flatMap(({ workflowId, retried }) =>
    retried.map(({ at, step, reason }): LastError => ({ at, workflowId, step, reason, isRetried: true })),
  );
  const ended = failed.map(
    ({ closedAt, workflowId, step, reason, isTerminated }): LastError => ({
      at: closedAt,
      workflowId,
      step: step ?? (isTerminated ? 'no step' : 'unknown step'),
      reason,
      isRetried: false,
    }),
  );
  return (
    [...retrying, ...ended].toSorted((a, b) => (b.at?.getTime() ?? 0) - (a.at?.getTime() ?? 0))[0] ?? null
  );
}
