import { createBackendApi } from '../../devstack/stack/backend-api.js';

/** What one submission of the chaos suite is, and what must come of it. */
export interface ChaosProgram {
  readonly problem: ProblemName;
  readonly language: 'cpp' | 'python' | 'java';
  /** @param mark makes every source a different text. */
  readonly source: (mark: number) => string;
  readonly verdict: string;
  /** Statuses in the order of the tests; the one row without a test for a compile error. */
  readonly results: readonly string[];
}

export type ProblemName = 'sum' | 'long-output' | 'sleep' | 'threads';

export const problems = {
  sum: {
    title: 'Chaos: a sum',
    // Generous: verdicts must not depend on how loaded the machine is.
    time_limit_ms: 2000,
    test_cases: [
      { input_data: '2 3\n', expected_output: '5\n' },
      { input_data: '-4 9\n', expected_output: '5\n' },
      { input_data: '10 20\n', expected_output: '30\n' },
      { input_data: '0 0\n', expected_output: '0\n' },
    ],
  },
  threads: {
    title: 'Chaos: a sum, with time for a virtual machine',
    // Of several threads the wait for a core cannot be told from their own time everywhere (docs/architecture.md, The sandbox).
    time_limit_ms: 20_000,
    test_cases: [{ input_data: '2 3\n', expected_output: '5\n' }],
  },
  sleep: {
    title: 'Chaos: a limit',
    // Python has five times as much.
    time_limit_ms: 600,
    test_cases: [
      { input_data: '2 3\n', expected_output: '5\n' },
      { input_data: '10 20\n', expected_output: '30\n' },
    ],
  },
  'long-output': {
    title: 'Chaos: an output that travels by reference',
    time_limit_ms: 2000,
    test_cases: [
      { input_data: '3000\n', expected_output: `${'ab'.repeat(3000)}\n` },
      { input_data: '6000\n', expected_output: `${'ab'.repeat(6000)}\n` },
    ],
  },
} as const;

const readSum = 'a, b = map(int, input().split())';
const accepted = ['Accepted', 'Accepted', 'Accepted', 'Accepted'];
const python = { problem: 'sum', language: 'python' } as const;

/** Cheap ones: the machine is to be busy with faults, not with compilers. */
export const programs = {
  'python-right': {
    ...python,
    source: (mark) => `# ${mark}\n${readSum}\nprint(a + b)\n`,
    verdict: 'Accepted',
    results: accepted,
  },
  'python-slow': {
    ...python,
    source: (mark) => `# ${mark}\nimport time\n${readSum}\ntime.sleep(0.8)\nprint(a + b)\n`,
    verdict: 'Accepted',
    results: accepted,
  },
  'python-wrong': {
    ...python,
    source: (mark) => `# ${mark}\n${readSum}\nprint(a + abs(b) if a >= 0 else 0)\n`,
    verdict: 'Wrong Answer',
    results: ['Accepted', 'Wrong Answer', 'Accepted', 'Accepted'],
  },
  'python-crash': {
    ...python,
    source: (mark) => `# ${mark}\n${readSum}\nprint(a + b if a != 10 else 1 // 0)\n`,
    verdict: 'Runtime Error',
    results: ['Accepted', 'Accepted', 'Runtime Error', 'Accepted'],
  },
  'python-syntax': {
    ...python,
    source: (mark) => `# ${mark}\nprint(\n`,
    verdict: 'Compile Error',
    results: ['Compile Error'],
  },
  'python-long': {
    problem: 'long-output',
    language: 'python',
    source: (mark) => `# ${mark}\nprint('ab' * int(input()))\n`,
    verdict: 'Accepted',
    results: ['Accepted', 'Accepted'],
  },
  'python-long-wrong': {
    problem: 'long-output',
    language: 'python',
    source: (mark) => `# ${mark}\nn = int(input())\nprint(('ab' if n == 3000 else 'ba') * n)\n`,
    verdict: 'Wrong Answer',
    results: ['Accepted', 'Wrong Answer'],
  },
  'python-sleeps': {
    problem: 'sleep',
    language: 'python',
    source: (mark) => `# ${mark}\nimport time\n${readSum}\nif b == 20: time.sleep(60)\nprint(a + b)\n`,
    verdict: 'Time Limit Exceeded',
    results: ['Accepted', 'Time Limit Exceeded'],
  },
  'cpp-right': {
    problem: 'sum',
    language: 'cpp',
    source: (mark) =>
      `// ${mark}\n#include <cstdio>\nint main() { int a, b; if (scanf("%d %d", &a, &b) == 2) printf("%d\\n", a + b); }\n`,
    verdict: 'Accepted',
    results: accepted,
  },
  'cpp-syntax': {
    problem: 'sum',
    language: 'cpp',
    source: (mark) => `// ${mark}\nint main() { return 0 }\n`,
    verdict: 'Compile Error',
    results: ['Compile Error'],
  },
  'java-right': {
    problem: 'threads',
    language: 'java',
    source: (mark) =>
      `// ${mark}\nimport java.util.Scanner;\npublic class Main { public static void main(String[] x) { Scanner in = new Scanner(System.in); System.out.println(in.nextInt() + in.nextInt()); } }\n`,
    verdict: 'Accepted',
    results: ['Accepted'],
  },
} as const satisfies Record<string, ChaosProgram>;

export type ProgramName = keyof typeof programs;

/** How often each stands in a round of submissions. */
const shares: Readonly<Record<ProgramName, number>> = {
  'python-right': 8,
  'python-slow': 4,
  'python-wrong': 4,
  'python-crash': 3,
  'python-syntax': 2,
  'python-long': 2,
  'python-long-wrong': 2,
  'python-sleeps': 1,
  'cpp-right': 2,
  'cpp-syntax': 1,
  'java-right': 1,
};

export const programNames: readonly ProgramName[] = (Object.keys(shares) as ProgramName[]).flatMap((name) =>
  Array.from({ length: shares[name] }, () => name),
);

export async function createProblems(backendUrl: string): Promise<Record<ProblemName, number>> {
  const backend = createBackendApi(backendUrl);
  return {
    sum: await backend.createProblem(problems.sum),
    sleep: await backend.createProblem(problems.sleep),
    threads: await backend.createProblem(problems.threads),
    'long-output': await backend.createProblem(problems['long-output']),
  };
}
