import { gradingSteps } from '../../../domain/grading/failure-type.js';
import { origins } from '../../../domain/grading/grading-workflow.js';
import { languages } from '../../../domain/judging/language.js';
import { Status } from '../../../domain/judging/status.js';
import type { SubmissionFilter } from '../../../platform/postgres/submission-search.js';
import type { GradingFilter } from '../../../platform/temporal/submissions-by-grading.js';
import type { Html } from '../../html/html.js';
import { html } from '../../html/html.js';
import { FormError } from '../../routes.js';

const periods = { '1h': 3_600_000, '1d': 86_400_000, '7d': 7 * 86_400_000 } as const;

/** What is looked for: the platform knows the submissions, Temporal how they were graded. */
interface Asked {
  readonly submission: SubmissionFilter;
  readonly grading: GradingFilter;
}

/** @throws FormError */
export function askedFor(query: URLSearchParams): Asked {
  const period = query.get('since') ?? '';
  return {
    submission: {
      status: given(query, 'status'),
      language: given(query, 'language'),
      problemId: number(query, 'problem'),
      classId: number(query, 'class'),
      studentId: number(query, 'student'),
      since: time(query, 'from') ?? (isPeriod(period) ? new Date(Date.now() - periods[period]) : undefined),
      until: time(query, 'until'),
      before: number(query, 'before'),
    },
    grading: { origin: oneOf(query, 'origin', origins), failedStep: oneOf(query, 'step', gradingSteps) },
  };
}

/** The address of the next page. */
export function older(query: URLSearchParams, before: number): string {
  const next = new URLSearchParams(query);
  next.delete('done');
  next.set('before', String(before));
  return next.toString();
}

export function filterForm(query: URLSearchParams): Html {
  const chosen = (name: string) => query.get(name) ?? '';
  const choice = (name: string, label: string, values: readonly string[]) =>
    html`<label>${label} <select name="${name}"><option value="">any</option>${values.map((value) => html`<option ${chosen(name) === value && html`selected`}>${value}</option>`)}</select></label>`;
  const numberField = (name: string, label: string) =>
    html`<label>${label} <input name="${name}" value="${chosen(name)}" inputmode="numeric" size="6"></label>`;
  const timeField = (name: string, label: string) =>
    html`<label>${label} <input name="${name}" type="datetime-local" value="${chosen(name)}"></label>`;
  return html`<form class="row" method="get" action="/submissions" aria-label="Filter">
${choice('status', 'Status', Object.values(Status))}
${choice('language', 'Language', Object.keys(languages))}
${numberField('problem', 'Problem')}${numberField('class', 'Class')}${numberField('student', 'Student')}
${choice('origin', 'Graded for', origins)}
${choice('step', 'Failed at', gradingSteps)}
${choice('since', 'Handed in within', Object.keys(periods))}
${timeField('from', 'or from, UTC')}${timeField('until', 'until, UTC')}
<button>Filter</button></form>
<form class="row" method="get" action="/submissions/find"><label>Number <input name="id" required inputmode="numeric" size="8"></label><button>Open</button></form>`;
}

function isPeriod(text: string): text is keyof typeof periods {
  return text in periods;
}

function given(query: URLSearchParams, name: string): string | undefined {
  return query.get(name)?.trim() || undefined;
}

function number(query: URLSearchParams, name: string): number | undefined {
  const text = given(query, name);
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text)) throw new FormError(`${name}: a number, not "${text.slice(0, 40)}"`);
  return Number(text);
}

/** As a browser's field sends it, without a time zone. */
function time(query: URLSearchParams, name: string): Date | undefined {
  const text = given(query, name);
  if (text === undefined) return undefined;
  const at = new Date(/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/.test(text) ? `${text}Z` : Number.NaN);
  if (Number.isNaN(at.getTime())) {
    throw new FormError(`${name}: a time such as 2026-03-01T08:00, not "${text.slice(0, 40)}"`);
  }
  return at;
}

function oneOf<Value extends string>(
  query: URLSearchParams,
  name: string,
  values: readonly Value[],
): Value | undefined {
  const text = given(query, name);
  if (text === undefined) return undefined;
  const found = values.find((value) => value === text);
  if (found === undefined)
    throw new FormError(`${name}: one of ${values.join(', ')}, not "${text.slice(0, 40)}"`);
  return found;
}
