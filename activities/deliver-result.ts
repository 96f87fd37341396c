import type { FailureType, GradingStep } from '../domain/grading/failure-type.js';
import type { Verdict } from '../domain/judging/status.js';
import type { GradingResult, TestCaseResult } from '../domain/judging/submission.js';
import type { InlineOrStoredText } from '../domain/judging/test-report.js';
import type { OutputStore } from './dependencies.js';
import { OutputMissingError } from './errors.js';
import { readText } from './inline-or-stored-text.js';

/** A whole result on its way to the database and the backend; what both steps take. */
export interface DeliverResultInput {
  readonly submissionId: number;
  readonly overallStatus: Verdict;
  readonly results: readonly ResultReport[];
  /** A text that cannot be read any more: fail so that its test is run again, or show its beginning. */
  readonly missingOutputs: 'fail' | 'show-preview';
  /** When the grading started, ms since the epoch: for the time to the verdict. Absent where nothing was graded. */
  readonly startedAt?: number;
  /** Of a System Error: what it is counted under. */
  readonly systemError?: { readonly type: FailureType; readonly step: GradingStep };
}

export interface ResultReport {
  readonly testCaseId: number | null;
  readonly status: Verdict;
  readonly executionTimeMs: number;
  readonly memoryUsedKb: number;
  readonly output: InlineOrStoredText | null;
  readonly errorMessage: InlineOrStoredText | null;
}

/** Replaces references by the texts they stand for. @throws OutputMissingError */
export async function resolveResult(outputs: OutputStore, input: DeliverResultInput): Promise<GradingResult> {
  const missing = new Set<number | null>();
  const resolve = async (
    kept: InlineOrStoredText | null,
    testCaseId: number | null,
  ): Promise<string | null> => {
    if (kept === null) return null;
    const text = await readText(outputs, kept);
    if (text !== undefined) return text;
    if (input.missingOutputs === 'fail') missing.add(testCaseId);
    return typeof kept === 'string' ? kept : kept.preview;
  };
  const results: TestCaseResult[] = [];
  for (const { output, errorMessage, ...result } of input.results) {
    results.push({
      ...result,
      outputReceived: await resolve(output, result.testCaseId),
      errorMessage: await resolve(errorMessage, result.testCaseId),
    });
  }
  if (missing.size > 0) throw new OutputMissingError([...missing]);
  return { overallStatus: input.overallStatus, results };
}
