import type { SweepState } from '../../domain/grading/stranded-submission.js';
import { needsStart } from '../../domain/grading/stranded-submission.js';
import type { FoundSubmission } from '../../platform/sweep.js';
import { cleanJson } from '../../platform/terminal/clean-text.js';
import { schemaVersion } from '../../platform/terminal/json-answer.js';
import { say } from '../../platform/terminal/print.js';
import { renderTable } from '../../platform/terminal/table.js';
import { cutLine } from '../../platform/terminal/text-width.js';

type Counts = Readonly<Partial<Record<SweepState, number>>>;

/** Prints a sweep while it goes on; nothing is kept. */
export interface SweepPrinter {
  /** @param isStarted what needs a start has got it. */
  page(found: readonly FoundSubmission[], isStarted: boolean): void;
  counts(counts: Counts): void;
  end(started: number): void;
}

/** Not worth a line each. */
const quiet: readonly SweepState[] = ['running', 'graded-soon', 'told'];
const head = ['submission', 'handed in', 'problem', 'state', 'next'];

/** For people: a table for each page in which something is to be shown, then the counts. */
export function tablePrinter(messagesWaiting: number | undefined): SweepPrinter {
  return {
    page(found, isStarted) {
      const rows = found
        .filter(({ state }) => !quiet.includes(state))
        .map(({ submission, state }) => [
          submission.submissionId,
          submission.submittedAt?.toISOString().replace('.000', '') ?? '–',
          cutLine(submission.problemTitle, 30),
          isStarted && needsStart(state) ? `${state}; started` : state,
          isStarted && needsStart(state) ? '' : advice(state, submission.submissionId),
        ]);
      if (rows.length > 0) say(renderTable(head, rows));
    },
    counts(counts) {
      const count = (state: SweepState) => counts[state] ?? 0;
      const queue =
        messagesWaiting === undefined
          ? 'A broker did not answer.'
          : `${messagesWaiting} messages wait on the queues.`;
      say(
        `${count('stranded')} stranded, ${count('untold')} untold, ${count('failed')} failed, ${count('cancelled')} cancelled, ${count('maybe-queued')} maybe still queued, ${count('running')} being graded, ${count('graded-soon')} too young to tell. ${queue}`,
      );
    },
    end(started) {
      if (started > 0) say(`${started} grading(s) started.`);
    },
  };
}

function advice(state: SweepState, submissionId: number): string {
  if (state === 'failed' || state === 'cancelled') return `grader replay ${submissionId}`;
  return needsStart(state) ? 'grader sweep --start' : '';
}

/** As `sweepAnswer` says. One document, printed piece by piece. */
export function jsonPrinter(messagesWaiting: number | undefined): SweepPrinter {
  const write = (text: string) => process.stdout.write(cleanJson(text));
  let isFirst = true;
  let totals: Counts = {};
  write(
    `{\n  "schemaVersion": ${schemaVersion},\n  "queueDepth": ${messagesWaiting ?? 'null'},\n  "submissions": [`,
  );
  return {
    page(found, isStarted) {
      for (const each of found) {
        write(`${isFirst ? '' : ','}\n    ${JSON.stringify(asJson(each, isStarted))}`);
        isFirst = false;
      }
    },
    counts(counts) {
      totals = counts;
      write(`${isFirst ? '' : '\n  '}]`);
    },
    end(started) {
      write(`,\n  "counts": ${JSON.stringify(totals)},\n  "started": ${started}\n}\n`);
    },
  };
}

function asJson({ submission, state }: FoundSubmission, isStarted: boolean): object {
  return {
    submissionId: submission.submissionId,
    status: submission.status,
    submittedAt: submission.submittedAt?.toISOString() ?? null,
    state,
    started: isStarted && needsStart(state),
  };
}
