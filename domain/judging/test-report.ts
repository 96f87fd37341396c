import type { TestStatus } from './status.js';

/** One judged test, small enough for a workflow history. */
export interface TestReport {
  readonly testCaseId: number;
  readonly status: TestStatus;
  readonly executionTimeMs: number;
  readonly memoryUsedKb: number;
  readonly output: InlineOrStoredText | null;
  readonly errorMessage: InlineOrStoredText | null;
  /** The document of the host that has its texts; they are null here then. */
  readonly storedIn?: string;
}

/** Many judged tests, small enough for a history whatever their number: their texts are in one document of the host. */
export interface StoredReports {
  /** Names the document, which holds the reports as a whole. */
  readonly sha256: string;
  readonly rows: readonly ReportRow[];
}

export type ReportRow = readonly [
  testCaseId: number,
  status: TestStatus,
  executionTimeMs: number,
  memoryUsedKb: number,
];

export function reportRow(report: TestReport): ReportRow {
  return [report.testCaseId, report.status, report.executionTimeMs, report.memoryUsedKb];
}

/** The reports without their texts. */
export function storedReports({ sha256, rows }: StoredReports): TestReport[] {
  return rows.map(([testCaseId, status, executionTimeMs, memoryUsedKb]) => ({
    testCaseId,
    status,
    executionTimeMs,
    memoryUsedKb,
    output: null,
    errorMessage: null,
    storedIn: sha256,
  }));
}

/** The other way round: what has its texts elsewhere, by document, and the rest as it is. */
export function groupByDocument(reports: readonly TestReport[]): {
  readonly reports: readonly TestReport[];
  readonly stored: readonly StoredReports[];
} {
  const documents = new Map<string, ReportRow[]>();
  for (const report of reports) {
    if (report.storedIn === undefined) continue;
    const rows = documents.get(report.storedIn) ?? [];
    documents.set(report.storedIn, rows);
    rows.push(reportRow(report));
  }
  return {
    reports: reports.filter(({ storedIn }) => storedIn === undefined),
    stored: [...documents].map(([sha256, rows]) => ({ sha256, rows })),
  };
}

/** Text on its way through a workflow: inline while short, else a reference to the output store. */
export type InlineOrStoredText = string | OutputReference;

export interface OutputReference {
  readonly sha256: string;
  readonly bytes: number;
  /** The beginning, shown when the whole is gone. */
  readonly preview: string;
}
