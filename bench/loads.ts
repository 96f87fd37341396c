/** How much the engine grades of submissions of other kinds than `bench`'s own, each kind on a stack of its own. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { projectRoot } from '../devstack/project-root.js';
import type { ServiceAddresses } from '../devstack/services/index.js';
import { createOwnStack } from '../devstack/stack/own-stack.js';
import { renderTable } from '../platform/terminal/table.js';
import { sumSource } from './additions.js';
import type { Load, Program, ThroughputResult } from './throughput.js';
import { engineCpuSeconds, measureThroughput } from './throughput.js';

export interface LoadRow extends Pick<Load, 'tests'> {
  readonly load: string;
  readonly result: ThroughputResult;
}

const cpp = (source: string): Program => ({ language: 'cpp', source, right: true });
const included = '#include <bits/stdc++.h>\nusing namespace std;\n';

const loads: readonly (Omit<Load, 'submissions'> & { readonly load: string })[] = [
  { load: 'a + b, different sources', tests: 10, program: (index) => cpp(sumSource(`load ${index}`, true)) },
  {
    load: 'a + b, half of them identical',
    tests: 10,
    program: (index) => cpp(sumSource(index % 2 === 0 ? 'the same' : `load ${index}`, true)),
  },
  {
    load: 'a + b, <bits/stdc++.h>',
    tests: 10,
    program: (index) =>
      cpp(`${included}// ${index}\nint main() { long long a, b; cin >> a >> b; cout << a + b; }\n`),
  },
  { load: 'a + b, one test', tests: 1, program: (index) => cpp(sumSource(`load ${index}`, true)) },
  { load: 'a + b, 100 tests', tests: 100, program: (index) => cpp(sumSource(`load ${index}`, true)) },
  {
    load: 'Python',
    tests: 10,
    program: (index) => ({
      language: 'python',
      source: `print(sum(map(int, input().split())))  # ${index}\n`,
      right: true,
    }),
  },
  {
    load: 'Java',
    tests: 10,
    program: (index) => ({
      language: 'java',
      source: `import java.util.Scanner;
public class Main { // ${index}
  public static void main(String[] words) {
    Scanner in = new Scanner(System.in);
    System.out.println(in.nextLong() + in.nextLong());
  }
}
`,
      right: true,
    }),
  },
];

/** @param only a text in the names of those that are measured. */
export async function measureLoads(
  services: ServiceAddresses,
  { submissions, only }: { submissions: number; only: string },
  say: (line: string) => void,
): Promise<readonly LoadRow[]> {
  const rows: LoadRow[] = [];
  for (const { load, ...kind } of loads) {
    if (!load.includes(only)) continue;
    const name = `loads-${randomUUID().slice(0, 8)}`;
    const stack = await createOwnStack({ name, logDirectory: join(projectRoot, '.local', 'log', name) });
    try {
      const result = await measureThroughput(stack, { submissions, ...kind }, services);
      say(`${load}: ${result.submissionsPerSecond.toFixed(2)}/s`);
      rows.push({ load, tests: kind.tests, result });
    } finally {
      await stack.stop();
    }
  }
  return rows;
}

export function renderLoads(rows: readonly LoadRow[]): string {
  return renderTable(
    [
      'load',
      'tests',
      'submissions/s',
      'compiler runs',
      'CPU s: compiler, programs',
      'engine',
      'engine a test, ms',
    ],
    rows.map(({ load, tests, result }) => [
      load,
      tests,
      result.submissionsPerSecond.toFixed(2),
      `${result.compilerRuns} of ${result.submissions}`,
      result.programsCpuSecondsPerSubmission.toFixed(3),
      engineCpuSeconds(result).toFixed(3),
      ((1000 * engineCpuSeconds(result)) / tests).toFixed(1),
    ]),
  );
}

export function areRight(rows: readonly LoadRow[]): boolean {
  return rows.every(({ result }) => result.wrongVerdicts === 0);
}
