import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CompileInput } from '../../../activities/compile.js';
import { createActivities } from '../../../activities/create-activities.js';
import type { LeasePool } from '../../../activities/dependencies.js';
import { languages } from '../../../domain/judging/language.js';
import { createCompileCache } from '../../../workers/compile-cache.js';
import { fakePlatform } from '../../fakes/fake-dependencies.js';
import { poolWithRequests } from '../../pool-with-requests.js';
import { runActivity } from '../../run-activity.js';
import type { TestSandbox } from '../docker-fixture.js';
import { openTestSandbox, python, run, text, withLease } from '../docker-fixture.js';

interface Program {
  readonly language: CompileInput['language'];
  readonly source: string;
  readonly functionSignature?: string;
}

const datedCpp = `#include <iostream>
int main() { std::cout << __DATE__ << __TIME__ << __TIMESTAMP__; }
`;
const nestedJava = `public class Main {
  interface Shape { int area(); }
  record Square(int side) implements Shape { public int area() { return side * side; } }
  public static void main(String[] a) { Shape s = new Square(3); System.out.print(s.area()); }
}
`;
const programs: readonly (readonly [string, Program])[] = [
  ['C++', { language: 'cpp', source: datedCpp }],
  ['Java', { language: 'java', source: nestedJava }],
  ['Python', { language: 'python', source: 'print(8)\n' }],
  [
    'a function in C++',
    { language: 'cpp', source: 'int twice(int a) { return 2 * a; }', functionSignature: 'int twice(int a)' },
  ],
  [
    'a function in Python',
    {
      language: 'python',
      source: 'def twice(a):\n    return 2 * a\n',
      functionSignature: 'int twice(int a)',
    },
  ],
];

/** Everything of the work area that a program can look at and that does not change with each run of anything. */
const look = `
import hashlib, os
def show(path):
    s = os.lstat(path)
    facts = [path, oct(s.st_mode), s.st_uid, s.st_gid, s.st_nlink, s.st_size, s.st_blocks, s.st_mtime_ns, s.st_atime_ns]
    if os.path.isfile(path): facts.append(hashlib.sha256(open(path, 'rb').read()).hexdigest())
    print(*facts)
    if os.path.isdir(path):
        for entry in os.scandir(path): show(path + '/' + entry.name)
show('.')
`;

interface Graded {
  readonly printed: string;
  readonly seen: string;
  readonly seenLater: string;
}

describe('a program that is graded again', () => {
  let test: TestSandbox;
  beforeAll(async () => {
    test = await openTestSandbox();
  });
  afterAll(() => test.close());

  /** A worker with its cache, which counts the compilers it runs. */
  function worker(program: Program) {
    const commands: (readonly string[])[] = [];
    const lookUps: string[] = [];
    const cache = createCompileCache(16 * 2 ** 20, (result) => lookUps.push(result));
    const platform = fakePlatform();
    platform.source = program.source;
    const deps = { ...platform.deps, compiled: cache, pool: watched(test.sandbox, commands) };
    const activities = createActivities(deps);
    const gradeOnce = (change: Partial<CompileInput> = {}, attempts = 1) =>
      withLease(test.sandbox, async (container, leaseId): Promise<Graded> => {
        const { source: _, ...facts } = program;
        const input = { leaseId, submissionId: 1, profile: 'go', ...facts, ...change } as const;
        for (let lost = 1; lost < attempts; lost += 1) await runActivity(activities, 'compile', input);
        const compiled = await runActivity(activities, 'compile', input);
        if (compiled.kind !== 'compiled') throw new Error(JSON.stringify(compiled));
        const seen = text((await python(container, look, { freshTmp: true })).stdout);
        const command = languages[program.language].runCommand(compiled.sourceFile);
        const printed = await run(container, command, { stdin: '[4]\n', freshTmp: true });
        await run(container, ['sh', '-c', 'mkdir a; echo > a/b; cat *'], { freshTmp: true });
        const seenLater = text((await python(container, look, { freshTmp: true })).stdout);
        return { printed: text(printed.stdout), seen, seenLater };
      });
    const compilers = () => commands.filter(([name = '']) => !['tar', 'find'].includes(name));
    return { gradeOnce, cache, lookUps, compilers };
  }

  it.each(programs)(
    '%s: runs no compiler, prints the same and sees the same files',
    async (_what, program) => {
      const { gradeOnce, lookUps, compilers } = worker(program);
      const first = await gradeOnce();
      const runs = compilers().length;
      expect(runs).toBeGreaterThan(0);
      // Times are whole seconds in what compilers write.
      await new Promise((resolve) => setTimeout(resolve, 1100));
      const second = await gradeOnce();
      expect(compilers()).toHaveLength(runs);
      expect(lookUps).toEqual(['miss', 'hit']);
      expect(second.seen).toBe(first.seen);
      expect(second.printed).toBe(first.printed);
      expect(second.printed).not.toBe('');
      expect([first.seenLater, second.seenLater]).toEqual([first.seen, first.seen]);
    },
  );

  it('sees the same files when it is compiled anew at another time', async () => {
    const [, program] = programs[0] as (typeof programs)[number];
    const first = await worker(program).gradeOnce();
    await new Promise((resolve) => setTimeout(resolve, 1100));
    expect(await worker(program).gradeOnce()).toEqual(first);
  });

  it.each([
    ['cut short', (archive: Uint8Array) => archive.slice(0, archive.length / 2)],
    ['no archive', () => Buffer.from('nonsense')],
    ['empty', () => new Uint8Array()],
  ])('is compiled again where what was kept is %s, and nothing of that stays', async (_what, spoil) => {
    const [, program] = programs[1] as (typeof programs)[number];
    const { gradeOnce, cache, lookUps, compilers } = worker(program);
    const first = await gradeOnce();
    const runs = compilers().length;
    const get = cache.get.bind(cache);
    Object.assign(cache, {
      get(key: string) {
        const archive = get(key);
        return archive && spoil(archive);
      },
    });
    expect(await gradeOnce()).toEqual(first);
    expect(compilers()).toHaveLength(2 * runs);
    expect(lookUps).toEqual(['miss', 'miss']);
    Object.assign(cache, { get });
    expect(await gradeOnce()).toEqual(first);
    expect(lookUps).toEqual(['miss', 'miss', 'hit']);
  });

  it('is compiled again with other flags', async () => {
    const [, program] = programs[0] as (typeof programs)[number];
    const { gradeOnce, lookUps } = worker(program);
    await gradeOnce();
    await gradeOnce({ profile: 'python' });
    expect(lookUps).toEqual(['miss', 'miss']);
  });

  it('is unpacked although its lease has compiled it before, as after an answer that was lost', async () => {
    const [, program] = programs[1] as (typeof programs)[number];
    const { gradeOnce, lookUps } = worker(program);
    const first = await gradeOnce();
    expect(await gradeOnce({}, 2)).toEqual(first);
    expect(lookUps).toEqual(['miss', 'hit', 'hit']);
  });
});

function watched(pool: LeasePool, commands: (readonly string[])[]): LeasePool {
  return poolWithRequests(pool, (request) => {
    commands.push(request.argv);
    return request;
  });
}
