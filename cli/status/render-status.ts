import { describeSetting } from '../../domain/cutover/bridge-control.js';
import type { BridgeReport } from '../../domain/cutover/bridge-report.js';
import { noBridgeAnswers, observedShare } from '../../domain/cutover/bridge-report.js';
import { runningSteps } from '../../domain/grading/running-step.js';
import { formatShare } from '../../domain/grading/share.js';
import type { SweepReport } from '../../domain/grading/sweep-report.js';
import { describeSweepReport, leftToStart } from '../../domain/grading/sweep-report.js';
import type { GradingFigures } from '../../platform/temporal/grading-figures.js';
import { describeSilent } from '../../platform/temporal/silent-workers.js';
import type { StuckWorkflow } from '../../platform/temporal/stuck-workflows.js';
import type { ListedWorker } from '../../platform/temporal/worker-list.js';
import { cleanLine } from '../../platform/terminal/clean-text.js';
import type { Paint } from '../../platform/terminal/paint.js';
import { cutLine, wrapLine } from '../../platform/terminal/text-width.js';
import type {
  BrokerStatus,
  LastError,
  PlatformStatus,
  RunningStatus,
  Seen,
  StatusReport,
  WorkersStatus,
} from './status-report.js';

/** One screen of at most 80 by 24 if all is well; causes of trouble may be longer. */
export function renderStatus(
  report: StatusReport,
  paint: Paint,
  terminalWidth = Number.POSITIVE_INFINITY,
): string {
  const { at, since, queue } = report;
  const minutes = Math.round((at.getTime() - since.getTime()) / 60_000);
  const rows = [
    ...(report.foreign === undefined
      ? []
      : [['NAMESPACE', paint('red', cleanLine(report.foreign))] as const]),
    ...part(report.broker, 'queue', (value) => brokerRows(value, paint)),
    ...part(report.platform, 'platform', (value) => platformRows(value, terminalWidth)),
    ...part(report.running, 'running', (value) => runningRows(value, report.gradings)),
    ...part(report.workers, 'workers', (value) => workerRows(value, paint)),
    ...part(report.gradings, 'ended', (value) => gradingRows(value, paint)),
    ...part(report.lastError, 'last error', (value) => errorRows(value, paint)),
    ...(report.sweep === undefined ? [] : part(report.sweep, 'SWEEP', (value) => sweepRows(value, paint))),
    ...(report.stuck === undefined ? [] : part(report.stuck, 'STUCK', (value) => stuckRows(value, paint))),
  ];
  const head = `${paint('bold', queue)}  ${at.toISOString().slice(0, 19)}Z, counts of the last ${spanText(minutes)}`;
  return [head, ...rows.flatMap((row) => renderRow(row, terminalWidth))].join('\n');

  function part<Value>(
    seen: Seen<Value>,
    name: string,
    render: (value: Value) => readonly Row[],
  ): readonly Row[] {
    if ('value' in seen) return render(seen.value);
    return [[name, paint('yellow', `not seen: ${cleanLine(seen.unseen)}`)]];
  }
}

function spanText(minutes: number): string {
  const [size, unit] = minutes <= 120 ? [1, 'min'] : minutes <= 72 * 60 ? [60, 'h'] : [24 * 60, 'd'];
  return `${Math.round((minutes / size) * 10) / 10} ${unit}`;
}

type Row = readonly [name: string, text: string];

const nameWidth = 11;

/** Wrapped beside its name. */
function renderRow([name, text]: Row, width: number): readonly string[] {
  const lines = wrapLine(text, Math.max(20, width - nameWidth));
  return lines.map((line, index) => `${(index === 0 ? name : '').padEnd(nameWidth)}${line}`);
}

function brokerRows(broker: BrokerStatus, paint: Paint): readonly Row[] {
  const { main, legacy, legacyUnseen, quarantine } = broker;
  const depth =
    main === undefined
      ? paint('red', 'there is no such queue')
      : `${main.messages} waiting, ${main.consumers} consumer(s)`;
  const old =
    legacy === undefined
      ? ''
      : `; legacy workers' ${legacy.messages} waiting, ${legacy.consumers} consumer(s)`;
  const unseen =
    legacyUnseen === undefined ? '' : paint('red', `; legacy workers' queue not seen: ${legacyUnseen}`);
  const bad = quarantine?.messages ?? 0;
  const quarantined = bad > 0 ? paint('yellow', `; ${bad} in quarantine`) : '';
  return [
    ['queue', `${depth}${old}${unseen}${quarantined}`],
    ['share', [...shares(broker, paint), ...unreadable(broker, paint)].join('; ')],
  ];
}

function shares(
  { bridges, unreadableBridges, bridgesUnseen }: BrokerStatus,
  paint: Paint,
): readonly string[] {
  if (bridgesUnseen !== undefined) return [paint('red', `bridges not seen: ${bridgesUnseen}`)];
  if (bridges.length > 0) return [share(bridges, paint)];
  return unreadableBridges.length > 0 ? [] : [paint('yellow', noBridgeAnswers)];
}

function unreadable({ unreadableBridges }: BrokerStatus, paint: Paint): readonly string[] {
  return unreadableBridges.map(({ id }) => paint('red', `the report of ${id} cannot be read`));
}

function share(bridges: readonly BridgeReport[], paint: Paint): string {
  const modes = [...new Set(bridges.map(({ control }) => describeSetting(control)))].join(' and ');
  const sum = (count: (bridge: BridgeReport) => number) =>
    bridges.reduce((total, bridge) => total + count(bridge), 0);
  const seen = observedShare(bridges);
  const observed = seen === undefined ? '' : `, observed ${formatShare(seen.share)}`;
  const ill = bridges.find(({ isHealthy }) => !isHealthy);
  const unavailableReason =
    ill === undefined ? '' : paint('red', `; ${ill.state}: ${ill.unavailableReason ?? '?'}`);
  return `${modes}${observed}; ${bridges.length} bridge(s), ${sum(({ inFlight }) => inFlight)} in flight${unavailableReason}`;
}

function platformRows(
  { ungraded, handedInLastMinute, byStatus }: PlatformStatus,
  terminalWidth: number,
): readonly Row[] {
  const counts = inLines(
    byStatus.map(({ status, submissions }) => `${submissions} ${status}`),
    Math.min(maxColumns, terminalWidth) - nameWidth,
  );
  return [
    ['platform', `${handedInLastMinute} handed in last minute, ${ungraded} without a verdict`],
    ['verdicts', counts[0] ?? 'none handed in'],
    ...counts.slice(1).map((line): Row => ['', line]),
  ];
}

/** Of a screen that is easy to read, however wide the terminal is. */
const maxColumns = 80;

/** A list with commas, wrapped between entries. */
function inLines(entries: readonly string[], lineLength: number): readonly string[] {
  const lines: string[] = [];
  for (const [index, entry] of entries.entries()) {
    const text = index === entries.length - 1 ? entry : `${entry},`;
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + text.length <= lineLength)
      lines[lines.length - 1] = `${last} ${text}`;
    else lines.push(text);
  }
  return lines;
}

function runningRows(running: RunningStatus, figures: Seen<GradingFigures>): readonly Row[] {
  const { bySteps, lookedInto, oldestSeconds } = running;
  const total = 'value' in figures ? Math.max(figures.value.running, lookedInto) : lookedInto;
  const steps = runningSteps
    .filter((step) => bySteps[step] !== undefined)
    .map((step) => `${bySteps[step]} ${step}`)
    .join(', ');
  const part = total > lookedInto ? ` (of ${lookedInto} looked into)` : '';
  const notNotified = 'value' in figures ? figures.value.notNotified : undefined;
  const notYet = notNotified === undefined ? '' : `, ${notNotified} verdict(s) not notified yet`;
  return [
    [
      'running',
      `${total}${steps === '' ? '' : `: ${steps}${part}`}${total > 0 ? `; oldest ${oldestSeconds} s` : ''}`,
    ],
    ['backend', `${running.backendRetrying} update(s) retrying${notYet}`],
  ];
}

function workerRows(
  { hosts, silent, pollers, pools, listed, backlog }: WorkersStatus,
  paint: Paint,
): readonly Row[] {
  const counts = `pollers: ${pollers.workflows} workflows, ${pollers.activities} activities, ${pollers.containers} containers`;
  const waiting = `${backlog} task(s) wait for a worker or a container`;
  const none = pollers.workflows === 0 || pollers.activities === 0;
  const seen = pools.flatMap((pool) => ('hostQueue' in pool ? [pool.hostQueue] : []));
  return [
    ['workers', none ? paint('red', `NO WORKER POLLS; ${counts}`) : counts],
    ...silent.map((worker): Row => ['worker', paint('red', describeSilent(worker))]),
    ['waiting', waiting],
    ...pools.map((pool): Row => {
      if ('why' in pool) return ['pool', paint('yellow', `${pool.url} not seen: ${pool.why}`)];
      const { size, free, leased, recycling } = pool.pool;
      const unavailableReason =
        pool.unavailableReason === undefined ? '' : paint('red', `; ${pool.unavailableReason}`);
      return [
        'pool',
        `${pool.hostQueue}: ${free} free, ${leased} leased, ${recycling} recycling of ${size}; ${pool.running} run, ${pool.waitingToRun} wait for a core${unavailableReason}`,
      ];
    }),
    ...hosts
      .filter((host) => !seen.includes(host))
      .map(
        (host): Row => [
          'worker',
          hostText(
            host,
            listed.find(({ hostQueue }) => hostQueue === host),
          ),
        ],
      ),
  ];
}

/** Of a host whose health port nobody named. */
function hostText(host: string, listed: ListedWorker | undefined): string {
  if (listed === undefined) return `${host} not seen: its address is not in WORKER_HEALTH_URLS`;
  const { running, processor, memory, seenAt } = listed;
  const percent = (part: number) => `${Math.round(part * 100)} %`;
  return `${host}: ${running} step(s) run; processor ${percent(processor)}, memory ${percent(memory)}, at ${seenAt.toISOString().slice(11, 19)}Z`;
}

function gradingRows(figures: GradingFigures, paint: Paint): readonly Row[] {
  const { completed, failed, cancelled, systemErrors, perMinute, p50Ms, p95Ms, timed } = figures;
  const failures = failed > 0 ? paint('red', `${failed} failed`) : '0 failed';
  const errors = systemErrors === undefined ? 'not seen' : String(systemErrors);
  const seconds = (ms: number | undefined): string =>
    ms === undefined ? '–' : `${(ms / 1000).toFixed(2)} s`;
  return [
    [
      'ended',
      `${completed} delivered to the backend, ${failures}, ${cancelled} cancelled; ${perMinute} in the last minute`,
    ],
    ['', `${(systemErrors ?? 0) > 0 ? paint('red', errors) : errors} System Error(s) for students`],
    ['to verdict', `p50 ${seconds(p50Ms)}, p95 ${seconds(p95Ms)} (of ${timed})`],
  ];
}

const reasonWidth = 160;

function errorRows(error: LastError | null, paint: Paint): readonly Row[] {
  if (error === null) return [['last error', 'none']];
  const { at, workflowId, step, reason, isRetried } = error;
  const text = cutLine(reason, reasonWidth);
  const fate = isRetried ? 'is retried' : 'failed';
  return [
    [
      'last error',
      paint(
        'red',
        `${at === undefined ? '' : `${at.toISOString().slice(11, 19)}Z `}${workflowId} ${fate} at ${step}:`,
      ),
    ],
    ['', text],
  ];
}

/** Nothing where all is well. */
function sweepRows(report: SweepReport | undefined, paint: Paint): readonly Row[] {
  if (report === undefined || leftToStart(report) === 0) return [];
  const text = `${describeSweepReport(report)}, seen ${report.at.slice(11, 19)}Z. Next: grader sweep`;
  return [['SWEEP', paint('red', text)]];
}

/** Nothing where all is well. */
function stuckRows(stuck: readonly StuckWorkflow[], paint: Paint): readonly Row[] {
  const [first] = stuck;
  if (first === undefined) return [];
  const names = stuck.map(({ workflowId }) => workflowId).join(', ');
  const ids = stuck.flatMap(({ submissionId }) => submissionId ?? []);
  const reason = first.reason.replace(/\s+/g, ' ').slice(0, reasonWidth);
  const head = `${names}: the workflow task fails, attempt ${first.attempt} since ${first.since.toISOString().slice(11, 19)}Z`;
  return [
    ['STUCK', paint('red', head)],
    ['', reason],
    ...(ids.length === 0 ? [] : [['', `Next: grader replay ${ids.join(' ')} --terminate --yes`] as const]),
  ];
}
