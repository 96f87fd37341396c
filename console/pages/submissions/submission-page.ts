import type { CommandContext } from '../../../cli/context.js';
import { workflowLink } from '../../../cli/workflow-link.js';
import { errorLine } from '../../../domain/errors/error-text.js';
import { isGraded } from '../../../domain/grading/stored-result.js';
import { languageNamed } from '../../../domain/judging/language-name.js';
import { effectiveLimits } from '../../../domain/judging/limits.js';
import { withDeadline } from '../../../platform/deadline.js';
import type { SubmissionDetails } from '../../../platform/postgres/submission-search.js';
import { createSubmissionSearch, shownTests } from '../../../platform/postgres/submission-search.js';
import { createSubmissionStore } from '../../../platform/postgres/submission-store.js';
import type { GradingRun } from '../../../platform/temporal/gradings-of.js';
import { gradingsOf } from '../../../platform/temporal/gradings-of.js';
import { ConditionError } from '../../../platform/terminal/condition-error.js';
import type { Visitor } from '../../access/visitor.js';
import { mayBe } from '../../access/visitor.js';
import type { Html } from '../../html/html.js';
import { html } from '../../html/html.js';
import { facts, moment, seconds, table, uiLink, verdict } from '../../html/pieces.js';
import { formToken } from '../../layout.js';
import type { Page, PageRoute } from '../../routes.js';
import { FormError } from '../../routes.js';
import { testDetails, testTable } from './tests.js';

const gradingsWithinMs = 4_000;

/** One submission as a whole. Sources, and what tests hold, are for viewers and operators. */
export function submissionPage(context: CommandContext): PageRoute {
  return {
    path: '/submissions/:id',
    needs: 'guest',
    read: async ({ visitor, parameters, query }) => {
      const id = numberOf(parameters.id === 'find' ? (query.get('id') ?? '') : (parameters.id ?? ''));
      const [details, limits, gradings] = await Promise.all([
        createSubmissionSearch(context.database).details(id),
        limitsOf(context, id),
        gradingsFor(context, id),
      ]);
      if (details === undefined) throw new ConditionError(`There is no submission ${id}.`);
      return page(context, details, limits, gradings, visitor);
    },
  };
}

type Gradings = { readonly runs: readonly GradingRun[]; readonly unseen?: string };

function page(
  context: CommandContext,
  details: SubmissionDetails,
  limits: string,
  gradings: Gradings,
  visitor: Visitor,
): Page {
  const {
    submissionId,
    problemTitle,
    status,
    score,
    submittedAt,
    language,
    source,
    sourceLength,
    messages,
    tests,
  } = details;
  const maySee = mayBe(visitor, 'viewer');
  return {
    title: `Submission ${submissionId}`,
    body: html`<div class="tile">${facts([
      ['Verdict', html`<strong>${verdict(status)}</strong>${score !== null && `, ${score} of 100`}`],
      [
        'Problem',
        html`<a href="/submissions?problem=${details.problemId}">${problemTitle}</a>, ${details.gradingMode}`,
      ],
      [
        'Student',
        html`<a href="/submissions?student=${details.studentId}">${maySee ? `${details.studentName} (${details.studentId})` : details.studentId}</a>`,
      ],
      [
        'Class',
        html`<a href="/submissions?class=${details.classId}">${details.className} (${details.classId})</a>`,
      ],
      ['Language', language],
      ['Handed in', html`${moment(submittedAt)}${details.isTest && ', a trial run'}`],
      ['Limits', limits],
    ])}
${mayBe(visitor, 'operator') && actions(details, gradings, visitor)}</div>
${messages.length > 0 && html`<section class="tile"><h2>Messages</h2>${maySee ? messages.map(({ status: of, text }) => html`<p>${of}</p><pre class="text" tabindex="0" aria-label="${of}">${text}</pre>`) : forViewers}</section>`}
<section class="tile"><h2>Tests</h2>${tests.length === 0 ? html`<p>The problem has no tests.</p>` : testTable(tests)}
${details.testCount > shownTests && html`<p class="quiet">${details.testCount - shownTests} more tests are not shown.</p>`}
${maySee ? testDetails(tests) : forViewers}</section>
<section class="tile"><h2>Source</h2>${maySee ? html`<pre tabindex="0" aria-label="Source">${source}</pre>${sourceLength > source.length && html`<p class="quiet">The first ${source.length} of ${sourceLength} characters.</p>`}` : forViewers}</section>
<section class="tile"><h2>Gradings</h2>${gradingTable(context, gradings)}
${gradings.runs.some(({ kind }) => kind === 'shadow') && html`<p><a href="/parity/${submissionId}">Legacy × ours, test by test</a></p>`}</section>`,
  };
}

const forViewers = html`<p class="quiet">Shown to viewers and operators who are signed in.</p>`;

function actions(
  { submissionId: id, status }: SubmissionDetails,
  { runs, unseen }: Gradings,
  visitor: Visitor,
): Html {
  const isLegacys = unseen === undefined && isGraded(status) && runs.every(({ kind }) => kind === 'shadow');
  const isRunning = runs.some(({ kind, state }) => kind === 'grading' && state === 'running');
  const why = html`<label>Why <input name="why" required maxlength="500"></label>`;
  return html`<form class="row" method="post" action="/actions/grade-again">${formToken(visitor)}<input type="hidden" name="id" value="${id}">${why}<button>Grade again</button></form>
${isRunning && html`<form class="row" method="post" action="/actions/cancel">${formToken(visitor)}<input type="hidden" name="id" value="${id}">${why}<button class="danger">Cancel its grading</button></form>`}
${isLegacys && html`<form class="row" method="post" action="/actions/compare">${formToken(visitor)}<input type="hidden" name="id" value="${id}">${why}<button>Compare with the legacy worker</button></form>`}`;
}

function gradingTable({ settings }: CommandContext, { runs, unseen }: Gradings): Html {
  if (unseen !== undefined) return html`<p class="unseen">Not seen now: ${unseen}</p>`;
  if (runs.length === 0)
    return html`<p>Temporal knows no grading of it: another worker graded it, or its retention is over.</p>`;
  return table(
    'Every run that Temporal still knows',
    ['kind', 'asked for by', 'state', 'began', 'took'],
    runs.map(({ kind, origin, state, startedAt, tookMs, workflowId, runId }) => [
      uiLink(workflowLink(settings.temporal, workflowId, runId), kind),
      origin ?? '–',
      state,
      moment(startedAt),
      seconds(tookMs),
    ]),
  );
}

async function gradingsFor({ temporal }: CommandContext, id: number): Promise<Gradings> {
  try {
    return { runs: await withDeadline('Temporal', gradingsWithinMs, gradingsOf(temporal, id)) };
  } catch (error) {
    return { runs: [], unseen: errorLine(error) };
  }
}

/** As our workers would hold it against them. */
async function limitsOf({ database, settings }: CommandContext, id: number): Promise<string> {
  const loaded = await createSubmissionStore(database, { recordResult: 'never' }).loadPlan(id);
  const language = loaded === undefined ? undefined : languageNamed(loaded.language);
  if (loaded === undefined || language === undefined) return 'not known for this language';
  const { timeLimitMs, memoryLimitKb } = effectiveLimits(loaded, language, settings.gradingProfile, {
    timeLimitMs: settings.defaultTimeLimitMs,
    memoryLimitKb: settings.defaultMemoryLimitKb,
  });
  return `${timeLimitMs} ms, ${memoryLimitKb} KB`;
}

function numberOf(text: string): number {
  if (/^\d{1,15}$/.test(text.trim())) return Number(text);
  throw new FormError(`The number of a submission is wanted, not "${text.slice(0, 40)}".`);
}
