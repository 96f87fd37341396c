import type { FailureType, GradingStep } from '../domain/grading/failure-type.js';
import { fairShare } from '../domain/judging/fair-share.js';
import { cutToJsonBytes, jsonBytes } from '../domain/judging/json-size.js';
import type { Verdict } from '../domain/judging/status.js';
import type { GradingResult, TestCaseResult } from '../domain/judging/submission.js';
import type {
  InlineOrStoredText,
  OutputReference,
  StoredReports,
  TestReport,
} from '../domain/judging/test-report.js';
import { storedReports } from '../domain/judging/test-report.js';
import type { OutputStore } from './dependencies.js';
import { OutputMissingError } from './errors.js';
import { readText } from './inline-or-stored-text.js';

/** A whole result on its way to the database and the backend; what both steps take. */
export interface DeliverResultInput {
  readonly submissionId: number;
  readonly overallStatus: Verdict;
  readonly results: readonly ResultReport[];
  /** Tests whose texts are kept apart. */
  readonly stored?: readonly StoredReports[];
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

/**
 * Replaces references by the texts they stand for. All texts together keep `limitBytes` as JSON counts them: the
 * longest are cut to the same size, with a note. Never more than about that much is in memory.
 * @throws OutputMissingError
 */
export async function resolveResult(
  outputs: OutputStore,
  input: DeliverResultInput,
  limitBytes: number,
): Promise<GradingResult> {
  const missing = new Set<number | null>();
  const reports = await allReports(outputs, input, missing);
  if (missing.size > 0) throw new OutputMissingError([...missing]);
  const textLimit = Math.max(0, limitBytes - reports.length * bytesOfRow);
  const maxReadBytes = fairShare(reports.flatMap(textsOf).map(bytesOf), textLimit);
  const results: TestCaseResult[] = [];
  for (const report of reports) {
    const read = async (kept: InlineOrStoredText | null): Promise<string | null> => {
      if (kept === null) return null;
      const text = await readText(outputs, kept);
      if (text === undefined && input.missingOutputs === 'fail') missing.add(report.testCaseId);
      return cutToBytes(text ?? (kept as OutputReference).preview, maxReadBytes);
    };
    results.push({
      testCaseId: report.testCaseId,
      status: report.status,
      executionTimeMs: report.executionTimeMs,
      memoryUsedKb: report.memoryUsedKb,
      outputReceived: await read(report.output),
      errorMessage: await read(report.errorMessage),
    });
  }
  if (missing.size > 0) throw new OutputMissingError([...missing]);
  return { overallStatus: input.overallStatus, results: withinLimit(results, textLimit, maxReadBytes) };
}

/** Of names, statuses and numbers. */
const bytesOfRow = 200;

/** In the order of the tests, those of the documents included. */
async function allReports(
  outputs: OutputStore,
  { results, stored = [], missingOutputs }: DeliverResultInput,
  missing: Set<number | null>,
): Promise<readonly ResultReport[]> {
  if (stored.length === 0) return results;
  const reports: ResultReport[] = [...results];
  for (const { sha256, rows } of stored) {
    const document = await outputs.get(sha256);
    if (document !== undefined) {
      const wanted = new Set(rows.map(([testCaseId]) => testCaseId));
      const all = JSON.parse(document) as TestReport[];
      reports.push(...all.filter(({ testCaseId }) => wanted.has(testCaseId)));
      continue;
    }
    if (missingOutputs === 'fail') for (const [testCaseId] of rows) missing.add(testCaseId);
    reports.push(...storedReports({ sha256, rows }).map((report) => ({ ...report, output: lost })));
  }
  return reports.toSorted((a, b) => (a.testCaseId ?? 0) - (b.testCaseId ?? 0));
}

const lost = '(The output was lost with the host that had it.)';

function textsOf({ output, errorMessage }: ResultReport): InlineOrStoredText[] {
  return [output, errorMessage].filter((kept) => kept !== null);
}

function bytesOf(kept: InlineOrStoredText): number {
  return typeof kept === 'string' ? Buffer.byteLength(kept) : kept.bytes;
}

/** A character of UTF-16 is a byte of UTF-8 at least. */
function cutToBytes(text: string, bytes: number): string {
  return text.length <= bytes ? text : cutToJsonBytes(text.slice(0, bytes), 6 * bytes);
}

/** As JSON counts, which is known only once a text was read. */
function withinLimit(
  results: readonly TestCaseResult[],
  limit: number,
  maxReadBytes: number,
): readonly TestCaseResult[] {
  const sizes = results.flatMap(({ outputReceived, errorMessage }) => [
    jsonBytes(outputReceived ?? ''),
    jsonBytes(errorMessage ?? ''),
  ]);
  const maxBytes = Math.min(maxReadBytes, fairShare(sizes, limit));
  if (maxBytes === Number.POSITIVE_INFINITY) return results;
  const cut = (text: string | null) => (text === null ? null : cutWithNote(text, maxBytes));
  return results.map((result) => ({
    ...result,
    outputReceived: cut(result.outputReceived),
    errorMessage: cut(result.errorMessage),
  }));
}

const note = '\n… (cut: the texts of all tests together are too long)';
const noteBytes = Buffer.byteLength(note) + 1;

function cutWithNote(text: string, maxBytes: number): string {
  if (text.length < maxBytes && jsonBytes(text) < maxBytes) return text;
  return maxBytes > 4 * noteBytes
    ? `${cutToJsonBytes(text, maxBytes - noteBytes)}${note}`
    : cutToJsonBytes(text, maxBytes);
}
