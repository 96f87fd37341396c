import { defineQuery, setCurrentDetails } from '@temporalio/workflow';
import type { SubmissionAbout } from '../activities/load-submission.js';
import type { GradingStep } from '../domain/grading/failure-type.js';
import type { ResumePoint } from '../domain/grading/previous-run.js';
import { describeResumePoint } from '../domain/grading/previous-run.js';
import type { ShownTest } from '../domain/grading/test-lines.js';
import { testLines } from '../domain/grading/test-lines.js';
import type { Verdict } from '../domain/judging/status.js';
import type { TestReport } from '../domain/judging/test-report.js';
import { escapeMarkdown } from './escape-markdown.js';

/** What the query `progress` answers. */
export interface ProgressSnapshot {
  readonly submissionId: number;
  readonly problemTitle: string | null;
  readonly step: GradingStep | 'done';
  /** Containers held so far; more than one after a lost host. */
  readonly leases: number;
  /** The first {@link testsAnswered}. */
  readonly tests: readonly ShownTest[];
  /** Of more tests than are listed; absent where all are. */
  readonly counts?: { readonly finished: number; readonly total: number };
  readonly verdict: Verdict | null;
}

export const progressQuery = defineQuery<ProgressSnapshot>('progress');

/** An answer has to fit a payload, as a result does. */
const testsAnswered = 5_000;

/** More rows than this are not read by anyone. */
export const rowsShown = 100;

/** Where a grading stands: answers the query and keeps the live details of the web UI current. */
export class GradingProgress {
  readonly #submissionId: number;
  #step: GradingStep | 'done' = 'load';
  #about: SubmissionAbout | null = null;
  #leases = 0;
  #verdict: Verdict | null = null;
  #replayed: string | undefined;
  #failure: string | undefined;
  readonly #tests = new Map<number, TestReport | null>();

  constructor(submissionId: number) {
    this.#submissionId = submissionId;
  }

  get step(): GradingStep | 'done' {
    return this.#step;
  }

  loaded(about: SubmissionAbout, testCaseIds: readonly number[]): void {
    this.#about = about;
    for (const id of testCaseIds) this.#tests.set(id, null);
    this.#show();
  }

  entered(step: GradingStep | 'done'): void {
    if (step === 'acquire') this.#leases += 1;
    this.#step = step;
    this.#show();
  }

  failed(step: GradingStep, reason: string): void {
    this.#failure = `**failed at step ${step}**: ${escapeMarkdown(reason)} · after fixing the cause: \`grader replay ${this.#submissionId}\``;
    this.#show();
  }

  /** This run goes on from what an earlier one had come to. */
  replays(runId: string, resumed: ResumePoint): void {
    this.#replayed = `replays run ${runId} from ${describeResumePoint(resumed)}`;
    this.finished(resumed.from === 'start' ? [] : resumed.reports);
  }

  finished(reports: readonly TestReport[]): void {
    for (const report of reports) this.#tests.set(report.testCaseId, report);
    this.#show();
  }

  judged(verdict: Verdict): void {
    this.#verdict = verdict;
    this.#show();
  }

  tests(): ShownTest[] {
    return [...this.#tests].map(([testCaseId, report]) => ({
      testCaseId,
      status: report?.status ?? 'Pending',
      executionTimeMs: report?.executionTimeMs ?? null,
      memoryUsedKb: report?.memoryUsedKb ?? null,
    }));
  }

  snapshot(): ProgressSnapshot {
    const finished = () => [...this.#tests.values()].filter((report) => report !== null).length;
    return {
      submissionId: this.#submissionId,
      problemTitle: this.#about?.problemTitle ?? null,
      step: this.#step,
      leases: this.#leases,
      tests: this.tests().slice(0, testsAnswered),
      ...(this.#tests.size > testsAnswered
        ? { counts: { finished: finished(), total: this.#tests.size } }
        : {}),
      verdict: this.#verdict,
    };
  }

  #show(): void {
    const notes = [this.#failure, this.#replayed].filter((note) => note !== undefined);
    setCurrentDetails(progressTable(this.snapshot(), this.#about, notes));
  }
}

/** Markdown, as the web UI shows it. */
export function progressTable(
  progress: ProgressSnapshot,
  about: SubmissionAbout | null,
  notes: readonly string[] = [],
): string {
  const { finished, total } = progress.counts ?? {
    finished: progress.tests.filter((test) => test.status !== 'Pending').length,
    total: progress.tests.length,
  };
  const title =
    about === null ? [] : [`**${escapeMarkdown(about.problemTitle)}** · ${escapeMarkdown(about.language)}`];
  const state =
    progress.verdict === null ? `step: ${progress.step}` : `**${progress.verdict}** · step: ${progress.step}`;
  const accepted = progress.tests.filter((test) => test.status === 'Accepted').length;
  const ofThem = progress.counts === undefined && finished > 0 ? `, ${accepted} accepted` : '';
  const headline = [
    ...title,
    `#${progress.submissionId}`,
    state,
    `${finished} of ${total} tests run${ofThem}`,
  ];
  const head = [headline.join(' · '), ...notes].join('\n\n');
  if (progress.tests.length === 0) return head;
  return [head, '', '```text', ...testLines(progress.tests, rowsShown), '```'].join('\n');
}
