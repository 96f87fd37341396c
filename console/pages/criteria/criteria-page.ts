import type { CommandContext } from '../../../cli/context.js';
import { gatherEvidence, usualGraceMs } from '../../../cli/criteria/gather-evidence.js';
import { assertReachable } from '../../../cli/status/read-status.js';
import type { Criterion, CriterionResult, Evidence } from '../../../domain/criteria/criterion.js';
import { overallResult } from '../../../domain/criteria/criterion.js';
import { evaluateCriteria } from '../../../domain/criteria/evaluate.js';
import type { History } from '../../../domain/criteria/history.js';
import { inSteps, processHistories, stepOf } from '../../../domain/criteria/history.js';
import { readSubmissionSteps } from '../../../platform/success-evidence.js';
import type { Html } from '../../html/html.js';
import { html } from '../../html/html.js';
import { table } from '../../html/pieces.js';
import { plot } from '../../html/plot.js';
import type { Seen } from '../../html/seen.js';
import { orUnseen, seenSection } from '../../html/seen.js';
import { readOnce } from '../../live/series.js';
import type { PageRoute } from '../../routes.js';

const periods = { '1h': 3_600_000, '24h': 24 * 3_600_000, '7d': 7 * 86_400_000 } as const;
type Period = keyof typeof periods;
/** Criteria read much: whoever looks meanwhile sees the same. */
const readForMs = 15_000;
/** Of many processes they are many; `grader criteria` prints them all. */
const figuresShown = 600;

interface Found {
  readonly evidence: Seen<Evidence>;
  readonly submissions: Seen<History>;
}

/** Whether the migration has succeeded, and how things went over hours and days. */
export function criteriaPage(context: CommandContext): PageRoute {
  const reading = (period: Period) => readOnce(() => read(context, periods[period]), readForMs);
  const readings = { '1h': reading('1h'), '24h': reading('24h'), '7d': reading('7d') };
  return {
    path: '/criteria',
    needs: 'guest',
    read: async ({ query }) => {
      const asked = query.get('since');
      const period = asked !== null && asked in periods ? (asked as Period) : '24h';
      const { evidence, submissions } = await readings[period]();
      const histories = 'value' in evidence ? processHistories(evidence.value) : [];
      return {
        title: 'Criteria and history',
        hasPlots: true,
        body: html`${periodForm(period)}
${seenSection('criteria', 'Success criteria of the migration', evidence, (value) => criteriaTable(evaluateCriteria(value)))}
${'value' in submissions ? plot('submissions', submissions.value) : seenSection('submissions', 'Submissions', submissions, () => html``)}
${histories.map((history, index) => plot(`history-${index}`, history))}
${histories.length === 0 && html`<p class="quiet">No process has left samples in ${context.settings.samplesDirectory} of this host in this time: workers and bridges write them on their own hosts. Copied from there, <code>grader criteria --samples DIRECTORY</code> judges them.</p>`}`,
      };
    },
  };
}

async function read(context: CommandContext, forMs: number): Promise<Found> {
  const until = new Date();
  const since = new Date(until.getTime() - forMs);
  const [evidence, submissions] = await Promise.all([
    orUnseen(
      assertReachable(context).then(() => gatherEvidence(context, { since, until, graceMs: usualGraceMs })),
    ),
    orUnseen(submissionHistory(context, since, until)),
  ]);
  return { evidence, submissions };
}

async function submissionHistory(
  { database }: Pick<CommandContext, 'database'>,
  since: Date,
  until: Date,
): Promise<History> {
  const stepMs = stepOf(since.getTime(), until.getTime());
  const steps = await readSubmissionSteps(database, since, until, stepMs);
  const byStart = new Map(steps.map((step) => [step.at, step]));
  const starts = Array.from(
    { length: Math.ceil((until.getTime() - since.getTime()) / stepMs) },
    (_, index) => since.getTime() + index * stepMs,
  );
  const lines = (
    [
      ['Accepted', 'accepted'],
      ['other verdicts', 'otherVerdicts'],
      ['System Error', 'systemErrors'],
      ['without a verdict', 'withoutVerdict'],
    ] as const
  ).map(([name, key]) => ({
    name,
    points: starts.map((at) => ({ at, value: byStart.get(at)?.[key] ?? 0 })),
  }));
  const unit = `in ${Math.round(stepMs / 60_000)} min`;
  return inSteps('Submissions handed in', unit, lines, since.getTime(), until.getTime());
}

function periodForm(period: Period): Html {
  const options = Object.keys(periods).map(
    (each) => html`<option ${each === period && html`selected`}>${each}</option>`,
  );
  return html`<form class="row" method="get" action="/criteria" aria-label="Period"><label>The last <select name="since">${options}</select></label><button>Show</button></form>`;
}

const tones: Readonly<Record<CriterionResult, string>> = {
  PASS: 'good',
  FAIL: 'bad',
  'NOT ENOUGH DATA': 'warn',
};

function criteriaTable(criteria: readonly Criterion[]): Html {
  const overall = overallResult(criteria);
  return html`<p class="big"><span class="${tones[overall]}">${overall}</span></p>
${table(
  'One FAIL fails the whole; missing data leaves it open',
  ['result', 'criterion', 'measured', 'it takes'],
  criteria.map(({ result, title, figures, rule, next }) => [
    html`<span class="${tones[result]}">${result}</span>`,
    title,
    html`${figures.length > figuresShown ? `${figures.slice(0, figuresShown)} …` : figures}${next !== undefined && html`<br><code>${next}</code>`}`,
    html`<span class="quiet">${rule}</span>`,
  ]),
)}`;
}
