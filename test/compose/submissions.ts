import { setTimeout as sleep } from 'node:timers/promises';
import type { BackendApi, NewProblem } from '../../devstack/stack/backend-api.js';
import { isUngraded } from '../../devstack/stack/backend-api.js';

const patienceMs = 600_000;

export interface PlannedSubmission {
  readonly language: string;
  readonly source: string;
  readonly status: string;
  /** Result rows the backend must show. */
  readonly rows: number;
}

const sumProblem: NewProblem = {
  title: 'A + B',
  // The load of a shared machine is no program's fault, but start-up of an interpreter is its own.
  time_limit_ms: 5_000,
  test_cases: [
    { input_data: '1 2\n', expected_output: '3\n' },
    { input_data: '5 -7\n', expected_output: '-2\n' },
    { input_data: '0 0\n', expected_output: '0\n' },
  ],
};

const rightPython = 'a, b = map(int, input().split())\nprint(a + b)\n';
const rightCpp =
  '#include <iostream>\nint main() { long a, b; std::cin >> a >> b; std::cout << a + b << "\\n"; }\n';

const kinds: readonly PlannedSubmission[] = [
  ...Array<PlannedSubmission>(7).fill({
    language: 'python',
    source: rightPython,
    status: 'Accepted',
    rows: 3,
  }),
  {
    language: 'python',
    source: 'a, b = map(int, input().split())\nprint(a - b)\n',
    status: 'Wrong Answer',
    rows: 3,
  },
  { language: 'python', source: 'print(int("x"))\n', status: 'Runtime Error', rows: 3 },
  { language: 'cpp', source: rightCpp, status: 'Accepted', rows: 3 },
];

/** Nine of ten are small Python programs, one in C++; two of ten are not accepted. */
export function plannedSubmissions(count: number): PlannedSubmission[] {
  return Array.from({ length: count }, (_, index) => kinds[index % kinds.length] as PlannedSubmission);
}

export interface Ledger {
  readonly submitted: number;
  readonly final: number;
  /** What was expected and what came, of each that differs. */
  readonly wrong: readonly string[];
}

export async function gradeAll(backend: BackendApi, plan: readonly PlannedSubmission[]): Promise<Ledger> {
  const problemId = await backend.createProblem(sumProblem);
  const submitted: { id: number; expected: PlannedSubmission }[] = [];
  for (const expected of plan) {
    const { language, source } = expected;
    const id = await backend.submit({ problem_id: problemId, source_code: source, language });
    submitted.push({ id, expected });
  }
  const deadline = Date.now() + patienceMs;
  const wrong: string[] = [];
  let final = 0;
  for (const { id, expected } of submitted) {
    let state = await backend.read(id);
    while (isUngraded(state.status) && Date.now() < deadline) {
      await sleep(200);
      state = await backend.read(id);
    }
    if (isUngraded(state.status)) continue;
    final += 1;
    const seen = `${state.status} ${state.results.length}`;
    const wanted = `${expected.status} ${expected.rows}`;
    if (seen !== wanted) wrong.push(`submission ${id}: expected ${wanted}, got ${seen}`);
  }
  return { submitted: submitted.length, final, wrong };
}
