import type { CheckResult } from '../../../cli/doctor/run-checks.js';
import type { LastError, PlatformStatus, RunningStatus } from '../../../cli/status/status-report.js';
import { runningSteps } from '../../../domain/grading/running-step.js';
import type { SweepReport } from '../../../domain/grading/sweep-report.js';
import { describeSweepReport, leftToStart } from '../../../domain/grading/sweep-report.js';
import { Status } from '../../../domain/judging/status.js';
import type { GradingFigures } from '../../../platform/temporal/grading-figures.js';
import type { StuckWorkflow } from '../../../platform/temporal/stuck-workflows.js';
import type { Html } from '../../html/html.js';
import { html } from '../../html/html.js';
import { act, facts, moment, seconds, shortened, spark, table, verdict } from '../../html/pieces.js';

export function waitingTile(
  { ungraded, handedInLastMinute, oldest }: PlatformStatus & { readonly oldest: Date | undefined },
  waiting: readonly number[],
): Html {
  return html`<p class="big">${ungraded} <small>without a verdict</small></p>
${spark('Without a verdict', waiting)}
${facts([
  ['Handed in, last minute', handedInLastMinute],
  ['Oldest without a verdict', oldest === undefined ? 'none' : html`${moment(oldest)} (${ageOf(oldest)})`],
])}`;
}

function ageOf(at: Date): string {
  const minutes = Math.max(0, Date.now() - at.getTime()) / 60_000;
  if (minutes < 2) return `${Math.round(minutes * 60)} s`;
  return minutes < 120 ? `${Math.round(minutes)} min` : `${Math.round(minutes / 60)} h`;
}

export function timesTile(
  figures: GradingFigures,
  perMinute: readonly number[],
  p95: readonly number[],
): Html {
  const { p50Ms, p95Ms, timed, running, completed, failed, cancelled, systemErrors } = figures;
  return html`<p class="big"><span class="whole">${seconds(p50Ms)} <small>p50</small></span> <span class="whole">${seconds(p95Ms)} <small>p95</small></span></p>
${spark('p95', p95)}
${facts([
  ['Measured', `${timed} grading(s)`],
  ['Running', running],
  ['Ended in the last minute', figures.perMinute],
  ['Completed', completed],
  ['Failed', failed === 0 ? '0' : html`<a href="/failures">${failed}</a>`],
  ['Cancelled', cancelled],
  ['System Errors', systemErrors === undefined ? 'not known' : systemErrors],
])}
${spark('Ended a minute', perMinute)}`;
}

export function verdictsTile({ byStatus }: PlatformStatus): Html {
  if (byStatus.length === 0) return html`<p>Nothing was handed in.</p>`;
  const total = byStatus.reduce((sum, { submissions }) => sum + submissions, 0);
  const systemErrors = byStatus.find(({ status }) => status === Status.SystemError)?.submissions ?? 0;
  const verdicts = table(
    `${total} submission(s)`,
    ['status', { name: 'count', isNumber: true }, 'part'],
    byStatus.map(({ status, submissions }) => [
      html`<a href="/submissions?status=${encodeURIComponent(status)}">${verdict(status)}</a>`,
      submissions,
      html`<span class="whole"><meter min="0" max="${total}" value="${submissions}" aria-label="part of ${status}"></meter> ${((submissions / total) * 100).toFixed(1)} %</span>`,
    ]),
  );
  return html`${
    systemErrors > 0 &&
    act(
      `${systemErrors} submission(s) show System Error`,
      html`Once the cause is gone, replay them. Causes: <a href="/failures">Failures</a>.`,
    )
  }
${verdicts}`;
}

interface Trouble {
  readonly running: RunningStatus;
  readonly lastError: LastError | null;
  readonly stuck: readonly StuckWorkflow[];
  readonly sweep: SweepReport | undefined;
}

export function troubleTile({ running, lastError, stuck, sweep }: Trouble): Html {
  const acts = [
    ...stuck.map(({ workflowId, attempt, reason }) =>
      act(
        `${workflowId} stands still`,
        html`Its workflow task fails, attempt ${attempt}: ${reason}. See <a href="/failures">Failures</a>; only grader replay --terminate ends it.`,
      ),
    ),
    ...(sweep !== undefined && leftToStart(sweep) > 0
      ? [
          act(
            'Submissions need a start',
            html`${describeSweepReport(sweep)}. See <a href="/failures#stranded">Stranded</a>.`,
          ),
        ]
      : []),
    ...(running.backendRetrying > 0
      ? [
          act(
            'The backend does not take verdicts',
            `${running.backendRetrying} update(s) are tried again, and arrive once it answers. Is the backend up?`,
          ),
        ]
      : []),
  ];
  const steps = runningSteps.flatMap((step) =>
    running.bySteps[step] === undefined ? [] : [`${running.bySteps[step]} ${step}`],
  );
  return html`${acts.length > 0 ? acts : html`<p class="well">No grading stands still, is stranded, or waits for the backend.</p>`}
${facts([
  ['Steps under way', steps.length === 0 ? 'none' : steps.join(', ')],
  ['Oldest running', running.lookedInto === 0 ? '–' : `${running.oldestSeconds} s`],
  ['Last error', lastErrorText(lastError)],
])}`;
}

function lastErrorText(error: LastError | null): Html | string {
  if (error === null) return 'none in the last hour';
  const { at, workflowId, step, reason, isRetried } = error;
  return html`${moment(at)} ${workflowId} ${isRetried ? 'is tried again' : 'failed'} at ${step}: ${shortened(reason, 300)}`;
}

export function doctorTile(results: readonly CheckResult[]): Html {
  const wrong = results.filter(({ state }) => state !== 'ok');
  if (wrong.length === 0)
    return html`<p class="well">${results.length} checks of RabbitMQ, PostgreSQL and Temporal found nothing. On a worker’s host, grader doctor checks the rest.</p>`;
  return html`${wrong.map(({ name, state, seen, remedy }) =>
    state === 'failed'
      ? act(`${name}: ${seen}`, remedy === undefined ? '' : html`<code>${remedy}</code>`)
      : html`<p><span class="warn">${name}, ${state}:</span> ${seen}${remedy !== undefined && html`<br><code>${remedy}</code>`}</p>`,
  )}`;
}
