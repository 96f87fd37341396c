import { setTimeout as sleep } from 'node:timers/promises';
import { gradeWorkflowId } from '../../domain/grading/grading-workflow.js';
import type { BackendApi } from '../stack/backend-api.js';
import { createBackendApi, isUngraded } from '../stack/backend-api.js';
import type { DemoProblem } from './catalogue.js';
import { demoProblems, demoPrograms, demoSource } from './catalogue.js';
import type { DemoRow } from './live-table.js';

export interface DemoPlaces {
  readonly backendUrl: string;
  readonly temporalUiUrl: string;
  readonly namespace: string;
}

/** The longest wait for a verdict: the first waits for the containers and the precompiled headers. */
const patienceMs = 300_000;

/**
 * Submits every program of the catalogue through the backend and waits for the verdicts.
 * @param onProgress is called once with all rows and again whenever one gets its verdict.
 */
export async function runDemo(
  places: DemoPlaces,
  onProgress: (rows: readonly DemoRow[]) => void,
): Promise<readonly DemoRow[]> {
  const backend = createBackendApi(places.backendUrl);
  const problemIds = await createDemoProblems(backend);
  const startedAt = performance.now();
  const rows: DemoRow[] = [];
  for (const program of demoPrograms) {
    const submissionId = await backend.submit({
      problem_id: problemIds.get(program.problem) ?? 0,
      source_code: demoSource(program.file),
      language: program.language,
    });
    rows.push({ program, submissionId, link: workflowLink(places, submissionId) });
  }
  onProgress(rows);
  let lastVerdictAt = startedAt;
  while (rows.some((row) => row.verdict === undefined) && performance.now() - lastVerdictAt < patienceMs) {
    await sleep(250);
    for (const [index, row] of rows.entries()) {
      if (row.verdict !== undefined) continue;
      const state = await backend.read(row.submissionId);
      if (isUngraded(state.status)) continue;
      lastVerdictAt = performance.now();
      rows[index] = {
        ...row,
        verdict: state.status,
        score: state.score ?? 0,
        seconds: (performance.now() - startedAt) / 1000,
      };
      onProgress(rows);
    }
  }
  return rows;
}

/** @returns the ids the backend gave them. */
export async function createDemoProblems(backend: BackendApi): Promise<ReadonlyMap<DemoProblem, number>> {
  const ids = new Map<DemoProblem, number>();
  for (const problem of demoProblems) {
    const id = await backend.createProblem({
      title: problem.title,
      time_limit_ms: problem.timeLimitMs,
      memory_limit_kb: problem.memoryLimitKb,
      test_cases: problem.tests.map(({ input, expectedOutput }) => ({
        input_data: input,
        expected_output: expectedOutput,
      })),
    });
    ids.set(problem, id);
  }
  return ids;
}

export function workflowLink(places: DemoPlaces, submissionId: number): string {
  return `${places.temporalUiUrl}/namespaces/${places.namespace}/workflows/${gradeWorkflowId(submissionId)}`;
}
