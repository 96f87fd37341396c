import { CancellationScope, executeChild, isCancellation } from '@temporalio/workflow';
import { gradingPriority } from '../domain/grading/grading-priority.js';
import { gradingQueue } from '../domain/grading/grading-workflow.js';
import type { ShadowGradeResult } from '../domain/grading/shadow-grading.js';
import { shadowGradeType } from '../domain/grading/shadow-grading.js';
import type { StoredResult } from '../domain/grading/stored-result.js';
import { isGraded } from '../domain/grading/stored-result.js';
import type { RejudgeRow } from '../domain/rejudge/rejudge-comparison.js';
import { compareResults, notGraded } from '../domain/rejudge/rejudge-comparison.js';
import type { RejudgeInput } from '../domain/rejudge/rejudge-set.js';
import { rejudgedWorkflowId } from '../domain/rejudge/rejudge-set.js';
import { loading, rejudgeActivities } from './activity-options.js';
import { describeFailure } from './failures.js';
import type { shadowGrade } from './shadow-grade.js';

/** Stored results are read for so many submissions at a time, shortly before they are graded. */
const readTogether = 20;

/** The gradings of one run of a set. */
export class Rejudging {
  readonly #input: RejudgeInput;
  readonly #submissionIds: readonly number[];
  readonly #stored = new Map<number, Promise<ReadonlyMap<number, StoredResult>>>();

  constructor(input: RejudgeInput, submissionIds: readonly number[]) {
    this.#input = input;
    this.#submissionIds = submissionIds;
  }

  /** Grades as often as the set asks for and compares. A submission that cannot be graded is a row too. */
  async grade(submissionId: number): Promise<RejudgeRow> {
    const stored = await this.#storedResult(submissionId);
    if (stored === undefined) return notGraded(submissionId, stored, 'The submission was deleted.');
    if (!isGraded(stored.status)) {
      return notGraded(submissionId, stored, `It is being graded: its status is ${stored.status}.`);
    }
    const gradings: ShadowGradeResult[] = [];
    try {
      for (let repetition = 1; repetition <= this.#input.repeat; repetition += 1) {
        gradings.push(await this.#gradeOnce(stored, repetition));
      }
    } catch (error) {
      // The whole set is cancelled, or this one grading alone by hand.
      if (CancellationScope.current().consideredCancelled) throw error;
      if (isCancellation(error)) return notGraded(submissionId, stored, 'Its grading was cancelled.');
      return notGraded(submissionId, stored, describeFailure(error));
    }
    const [first, ...more] = gradings;
    if (first === undefined) return notGraded(submissionId, stored, 'It was graded zero times.');
    return compareResults(stored, [first, ...more]);
  }

  #gradeOnce({ submissionId, classId }: StoredResult, repetition: number): Promise<ShadowGradeResult> {
    const { set, repeat } = this.#input;
    const again = repeat === 1 ? '' : ` · ${repetition} of ${repeat}`;
    return executeChild<typeof shadowGrade>(shadowGradeType, {
      workflowId: rejudgedWorkflowId(set, submissionId, repetition),
      taskQueue: gradingQueue,
      args: [{ submissionId, origin: 'rejudge' }],
      staticSummary: `rejudge ${set} · #${submissionId}${again}`,
      priority: { priorityKey: gradingPriority('rejudge', false), fairnessKey: String(classId) },
      parentClosePolicy: 'REQUEST_CANCEL',
      cancellationType: 'WAIT_CANCELLATION_COMPLETED',
    });
  }

  async #storedResult(submissionId: number): Promise<StoredResult | undefined> {
    const chunk = Math.floor(this.#submissionIds.indexOf(submissionId) / readTogether);
    let results = this.#stored.get(chunk);
    if (results === undefined) {
      results = this.#read(chunk);
      this.#stored.set(chunk, results);
    }
    return (await results).get(submissionId);
  }

  async #read(chunk: number): Promise<ReadonlyMap<number, StoredResult>> {
    const submissionIds = this.#submissionIds.slice(chunk * readTogether, (chunk + 1) * readTogether);
    const results = await rejudgeActivities(
      loading,
      `stored-${chunk + 1}`,
      `stored results of ${submissionIds.length}`,
    ).loadStoredResults({ submissionIds });
    return new Map(results.map((result) => [result.submissionId, result]));
  }
}
