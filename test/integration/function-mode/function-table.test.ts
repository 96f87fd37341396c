import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { languages } from '../../../domain/judging/language.js';
import { Status } from '../../../domain/judging/status.js';
import type { TestSandbox } from '../docker-fixture.js';
import { openTestSandbox } from '../docker-fixture.js';
import { functionCases } from '../grading/function-problems.js';
import { containerCases } from './container-cases.js';
import type { GradedFunction, HandedIn } from './grade-function.js';
import { gradeFunction } from './grade-function.js';
import { hostileSignatures } from './hostile-signatures.js';
import { hostileSolutions } from './hostile-solutions.js';
import { scalarCases } from './scalar-cases.js';
import { spellingCases } from './spelling-cases.js';
import { byVerdict, code, list, oneLine, textBlock, withTables } from './tables.js';
import { wrongSolution } from './wrong-solution.js';

const cases = [...functionCases, ...scalarCases, ...containerCases, ...spellingCases];
const containers = 2;
const document = new URL('../../../docs/function-mode.md', import.meta.url);

/** A language with the form its input has. */
const forms = [
  { name: 'C++, typed input', language: 'cpp', profile: 'python', input: 'typed' },
  { name: 'C++, JSON input', language: 'cpp', profile: 'go', input: 'json' },
  { name: 'Python', language: 'python', profile: 'python', input: 'json' },
  { name: 'Java', language: 'java', profile: 'python', input: 'json' },
] as const;
type Form = (typeof forms)[number];

let test: TestSandbox;
/** What every form got, in the order of the cases. */
const gotBySignature = new Map<Form, string[]>();
const gotBySolution = new Map<string, string>();

beforeAll(async () => {
  test = await openTestSandbox({ poolSize: containers, cores: containers });
});
afterAll(() => test?.close());

/** As many at a time as there are containers. */
async function gradeAll(all: readonly HandedIn[]): Promise<GradedFunction[]> {
  const graded: GradedFunction[] = [];
  const left = all.entries();
  const one = async () => {
    for (const [index, handed] of left) graded[index] = await gradeFunction(test.sandbox, handed);
  };
  await Promise.all(Array.from({ length: containers }, one));
  return graded;
}

describe.each(forms)('a function in $name', (form) => {
  const handedIn = (source: (signature: (typeof cases)[number]) => string, more: readonly string[]) =>
    gradeAll(
      cases.map((example) => ({
        ...form,
        signature: example.signature,
        input: example[form.input],
        source: source(example),
        expected: [example.expected, ...more],
      })),
    );
  const differing = (graded: readonly GradedFunction[], expected: readonly Status[]) =>
    graded.flatMap(({ statuses, detail }, index) =>
      statuses.join() === expected.join() ? [] : [`${cases[index]?.signature}: ${statuses.join()} ${detail}`],
    );

  it('is Accepted for every signature where it is right, and the answer is what counts', async () => {
    const graded = await handedIn((example) => example[form.language], ['another answer']);
    gotBySignature.set(
      form,
      graded.map(({ statuses }) => statuses[0] ?? ''),
    );
    expect(differing(graded, [Status.Accepted, Status.WrongAnswer])).toEqual([]);
  }, 400_000);

  // The same for C++ would cost a minute of compiling; its second test above shows as much.
  if (form.language !== 'cpp') {
    it('gets Wrong Answer for every signature where it is wrong', async () => {
      const graded = await handedIn(({ signature }) => wrongSolution(signature, form.language), []);
      expect(differing(graded, [Status.WrongAnswer])).toEqual([]);
    }, 400_000);
  }
});

describe('a hostile signature', () => {
  it.each(hostileSignatures)(
    'is a System Error that says what cannot be read: %s',
    async (signature, reason) => {
      const { statuses, detail } = await gradeFunction(test.sandbox, {
        signature,
        language: 'cpp',
        profile: 'python',
        source: 'int f(int a) { return 4; }',
        input: '3',
        expected: ['4'],
      });
      expect(statuses).toEqual([Status.SystemError]);
      expect(detail).toContain(`cannot be read: ${reason}.`);
      expect(detail).toContain('tell your teacher');
    },
  );
});

describe('a hostile solution', () => {
  it('gets the verdict it must, and the next one its own', async () => {
    const runs = hostileSolutions.flatMap((solution) => {
      const [first, second] = solution.expected;
      const handed = { ...solution, signature: 'int f(int a)', expected: ['4'] };
      const json = { ...handed, input: '[3]', profile: 'go' } as const;
      if (solution.language !== 'cpp') return [{ solution, expected: first, handed: json }];
      const typed = {
        solution,
        expected: first,
        handed: { ...handed, input: '3', profile: 'python' } as const,
      };
      return second === undefined ? [typed] : [typed, { solution, expected: second, handed: json }];
    });
    const graded = await gradeAll(runs.map(({ handed }) => handed));
    const failed = graded.flatMap(({ statuses, detail }, index) => {
      const run = runs[index];
      if (run === undefined) return [];
      const { language, what } = run.solution;
      const key = `${language} ${what}`;
      const before = gotBySolution.get(key);
      gotBySolution.set(key, before === undefined ? statuses.join() : `${before}; JSON: ${statuses.join()}`);
      return statuses.join() === run.expected
        ? []
        : [`${key}: ${statuses.join()} instead of ${run.expected} ${detail}`];
    });
    expect(failed).toEqual([]);
  }, 400_000);
});

it('finds its tables in docs/function-mode.md; otherwise: the same test with -u', async () => {
  const shown = new Set<object>([...functionCases, ...spellingCases]);
  const signatures = textBlock(
    cases.flatMap((example, index) => {
      if (!shown.has(example)) return [];
      const { signature } = example;
      const got = new Set(forms.map((form) => gotBySignature.get(form)?.[index] ?? 'not graded'));
      return `${oneLine(signature)}${got.size === 1 && got.has(Status.Accepted) ? '' : ` → ${[...got].join(', ')}`}`;
    }),
  );
  const refusals = list(
    hostileSignatures.map(
      ([signature, reason]) => `${signature === '' ? 'none' : code(signature)}: ${reason}`,
    ),
  );
  const solutions = byVerdict(
    hostileSolutions.map(({ language, what }) => ({
      language: languages[language].displayName,
      what,
      verdict: gotBySolution.get(`${language} ${what}`) ?? 'not graded',
    })),
  );
  const current = readFileSync(document, 'utf8');
  await expect(withTables(current, { signatures, refusals, solutions })).toMatchFileSnapshot(
    document.pathname,
  );
});
