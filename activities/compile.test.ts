import { describe, expect, it } from 'vitest';
import { HostStarvedError } from '../sandbox/errors.js';
import { failure, leased, run } from '../test/fakes/activity-runs.js';
import { outcome } from '../test/fakes/execution-outcomes.js';
import type { FakePlatform } from '../test/fakes/fake-dependencies.js';
import { fakePlatform } from '../test/fakes/fake-dependencies.js';
import { createCompileCache } from '../workers/compile-cache.js';

describe('compile', () => {
  const input = { submissionId: 5, language: 'cpp', profile: 'python' } as const;

  it('writes the source and runs the compiler of the profile under its own limits', async () => {
    const platform = fakePlatform();
    const compiled = await run(platform, 'compile', { ...input, leaseId: await leased(platform) });
    expect(compiled).toMatchObject({ kind: 'compiled', sourceFile: 'main.cpp' });
    expect(platform.files.get('main.cpp')).toBe('int main() {}');
    expect(platform.requests[0]?.argv).toContain('-Werror');
    expect(platform.requests[0]?.limits.memoryKb).toBe(1024 * 1024);
  });

  it('gives input and output a name where the program opens them by name, compiled or unpacked', async () => {
    const platform = fakePlatform();
    const leaseId = await leased(platform);
    const named = async (source: string) => {
      platform.source = source;
      platform.requests.length = 0;
      for (let time = 0; time < 2; time += 1) await run(platform, 'compile', { ...input, leaseId });
      const sealing = platform.requests.filter(({ sealWorkArea }) => sealWorkArea === true);
      return sealing.map(({ namesStreams }) => namesStreams);
    };
    expect(await named('int main() { freopen("input.txt", "r", stdin); }')).toEqual([true, true]);
    expect(await named('int main() {}')).toEqual([false, false]);
  });

  it('ends for good when the submission was deleted since it was loaded', async () => {
    const platform = fakePlatform();
    const leaseId = await leased(platform);
    platform.deps.store.loadSource = async () => undefined;
    expect(await failure(run(platform, 'compile', { ...input, leaseId }))).toMatchObject({
      type: 'SubmissionNotFound',
      nonRetryable: true,
    });
  });

  it('looks for precompiled headers first where the program begins with one, and lets the exact command decide', async () => {
    const platform = fakePlatform();
    platform.source = '#include <iostream>\nint main() {}\n';
    const leaseId = await leased(platform);
    platform.execute = async ({ argv }) =>
      argv.includes('-isystem')
        ? outcome('', { exitCode: 1, stderrText: 'another message' })
        : outcome('', { exitCode: 1, stderrText: 'main.cpp:1: error: no\n' });
    expect(await run(platform, 'compile', { ...input, leaseId })).toMatchObject({
      kind: 'compile-error',
      message: 'main.cpp:1: error: no',
    });
    platform.execute = async ({ argv }) => outcome('', { exitCode: argv.includes('-isystem') ? 1 : 0 });
    expect(await run(platform, 'compile', { ...input, leaseId })).toMatchObject({ kind: 'compiled' });
  });

  /** Compilers as such, without what is set for them. */
  const commands = (platform: FakePlatform) =>
    platform.requests.map(({ argv }) => (argv[0] === 'env' ? argv[2] : argv[0]));

  it('compiles a program once, and unpacks what was kept the next time', async () => {
    const platform = fakePlatform();
    platform.execute = async () => outcome('an archive');
    const leaseId = await leased(platform);
    await run(platform, 'compile', { ...input, leaseId });
    const compiled = await run(platform, 'compile', { ...input, leaseId });
    expect(compiled).toMatchObject({ kind: 'compiled', sourceFile: 'main.cpp' });
    expect(commands(platform)).toEqual(['g++', 'tar', 'tar']);
    expect(new TextDecoder().decode(platform.requests[2]?.stdin)).toBe('an archive');
    expect(platform.requests[2]?.sealWorkArea).toBe(true);
    expect([...platform.files.keys()]).toEqual(['main.cpp']);
    expect(platform.lookUps).toEqual(['miss', 'hit']);
  });

  it('makes no archive where none is kept', async () => {
    const platform = fakePlatform();
    Object.assign(platform.deps, { compiled: createCompileCache(0) });
    const leaseId = await leased(platform);
    for (let time = 0; time < 2; time += 1) await run(platform, 'compile', { ...input, leaseId });
    expect(commands(platform)).toEqual(['g++', 'g++']);
  });

  it.each([
    ['another source', { source: 'int main() { return 0; }' }, input],
    ['another profile', {}, { ...input, profile: 'go' }],
  ] as const)('compiles again for %s', async (_what, change, second) => {
    const platform = fakePlatform();
    const leaseId = await leased(platform);
    await run(platform, 'compile', { ...input, leaseId });
    Object.assign(platform, change);
    await run(platform, 'compile', { ...second, leaseId });
    expect(commands(platform)).toEqual(['g++', 'tar', 'g++', 'tar']);
  });

  it('compiles again where what was kept cannot be unpacked, in an empty work area, and counts no hit', async () => {
    const platform = fakePlatform();
    platform.execute = async ({ argv }) => outcome('', { exitCode: argv[1] === '-xf' ? 2 : 0 });
    const leaseId = await leased(platform);
    await run(platform, 'compile', { ...input, leaseId });
    expect(await run(platform, 'compile', { ...input, leaseId })).toMatchObject({ kind: 'compiled' });
    expect(commands(platform)).toEqual(['g++', 'tar', 'tar', 'find', 'g++', 'tar']);
    expect(platform.requests[3]?.argv).toContain('-delete');
    expect(platform.lookUps).toEqual(['miss', 'miss']);
  });

  it.each([
    ['ended by its limit on time', { end: 'time-limit', exitCode: null, signal: 9 }],
    ['ended by a signal', { end: 'signaled', exitCode: null, signal: 9 }],
    ['ended with an error', { exitCode: 1 }],
  ] as const)('keeps nothing of a compiler that %s', async (_what, ended) => {
    const platform = fakePlatform();
    platform.execute = async () => outcome('', ended);
    const leaseId = await leased(platform);
    for (let time = 0; time < 2; time += 1) await run(platform, 'compile', { ...input, leaseId });
    expect(commands(platform)).toEqual(['g++', 'g++']);
  });

  it('returns a compile error as a result, and a long one by reference', async () => {
    const platform = fakePlatform();
    platform.execute = async () => outcome('', { exitCode: 1, stderrText: 'main.cpp:1: error: no\n' });
    const leaseId = await leased(platform);
    expect(await run(platform, 'compile', { ...input, leaseId })).toMatchObject({
      kind: 'compile-error',
      message: 'main.cpp:1: error: no',
    });
    platform.execute = async () => outcome('', { exitCode: 1, stderrText: 'e'.repeat(5000) });
    expect(await run(platform, 'compile', { ...input, leaseId })).toMatchObject({ message: { bytes: 5000 } });
  });

  it.each([
    [
      'waited for ever',
      { end: 'time-limit', exitCode: null, signal: 9, cpuMs: 120, judgedMs: 60_000 },
      'stopped after 60 s, in which it used 0.1 s of processor time: otherwise it waited',
    ],
    [
      'computed in many processes until its time was up',
      { end: 'time-limit', exitCode: null, signal: 9, cpuMs: 29_000, judgedMs: 57_000 },
      /used 29.0 s of processor time. Common causes: templates/,
    ],
    [
      'used up its processor time as it met the limit on time',
      { end: 'time-limit', exitCode: null, signal: 9, cpuMs: 58_000 },
      'stopped after 30 s of processor time',
    ],
    ['used up its processor time', { exitCode: 1, cpuMs: 30_004 }, 'stopped after 30 s of processor time'],
    [
      'used it up by the ticks of the kernel, which run ahead',
      { exitCode: 4, cpuMs: 26_778, stderrText: endedPart('CPU time limit exceeded', 'as') },
      'stopped after 30 s of processor time',
    ],
    [
      'used it up as a single process',
      { end: 'signaled', exitCode: null, signal: 24, cpuMs: 27_100 },
      'stopped after 30 s of processor time',
    ],
    [
      'made too large a file',
      { exitCode: 4, stderrText: endedPart('File size limit exceeded', 'as') },
      /more than 256 MiB.* gets a value where it is declared/,
    ],
    [
      'overran its stack',
      { exitCode: 4, stderrText: endedPart('Segmentation fault', 'cc1plus') },
      /crashed\. Common causes: thousands of brackets/,
    ],
    [
      'used it up and was killed',
      { end: 'signaled', exitCode: null, signal: 9, cpuMs: 32_000 },
      'processor time',
    ],
    ['crashed', { end: 'signaled', exitCode: null, signal: 11, cpuMs: 300 }, /crashed \(signal 11\)/],
    ['took all memory', { end: 'memory-limit', exitCode: 1 }, 'more than 1 GiB of memory'],
    ['printed without an end', { end: 'output-limit', exitCode: null, signal: 9 }, 'printed more than 1 MiB'],
  ] as const)('explains a compiler that %s', async (_what, ended, message) => {
    const platform = fakePlatform();
    platform.execute = async () => outcome('', ended);
    expect(await run(platform, 'compile', { ...input, leaseId: await leased(platform) })).toMatchObject({
      kind: 'compile-error',
      message: expect.stringMatching(message),
    });
  });

  it("judges the compiler by the time that a busy host cannot take from it, with a bound that is the host's fault", async () => {
    const platform = fakePlatform();
    await run(platform, 'compile', { ...input, leaseId: await leased(platform) });
    const { cpuSeconds, timeMs = 0, wallMs = 0 } = platform.requests[0]?.limits ?? {};
    expect([cpuSeconds, timeMs]).toEqual([30, 60_000]);
    // Beyond the time limit, so that it is the host that is found at fault, and within the step's own 5 minutes.
    expect(wallMs).toBeGreaterThan(3 * timeMs);
    expect(wallMs).toBeLessThan(240_000);
  });

  it('finds no fault with a program whose compiler got no core from the host', async () => {
    const platform = fakePlatform();
    platform.execute = () => Promise.reject(new HostStarvedError(210_000, 12_000));
    const error = await failure(run(platform, 'compile', { ...input, leaseId: await leased(platform) }));
    expect(error).toMatchObject({ nonRetryable: false, message: expect.stringContaining('overloaded') });
  });

  it('gives both attempts one budget', async () => {
    const platform = fakePlatform();
    platform.source = '#include <iostream>\nint main() {}\n';
    platform.execute = async () => outcome('', { exitCode: 1, judgedMs: 25_000.4, wallMs: 150_000 });
    await run(platform, 'compile', { ...input, leaseId: await leased(platform) });
    expect(platform.requests.map(({ limits }) => [limits.timeMs, limits.wallMs])).toEqual([
      [60_000, 210_000],
      [35_000, 60_000],
    ]);
  });

  it.each([
    ['its time', { end: 'time-limit', exitCode: null, signal: 9 }],
    ['its processor time', { exitCode: 1, cpuMs: 30_100 }],
    [
      'its processor time by the ticks of the kernel',
      { exitCode: 4, cpuMs: 26_681, stderrText: endedPart('CPU time limit exceeded', 'cc1plus') },
    ],
  ] as const)('tries no second attempt after one that used up %s', async (_what, ended) => {
    const platform = fakePlatform();
    platform.source = '#include <iostream>\nint main() {}\n';
    platform.execute = async () => outcome('', ended);
    const compiled = await run(platform, 'compile', { ...input, leaseId: await leased(platform) });
    expect(compiled).toMatchObject({ kind: 'compile-error' });
    expect(platform.requests).toHaveLength(1);
  });

  it('writes the harness beside the function, and compiles it without warnings, in function mode', async () => {
    const platform = fakePlatform();
    platform.source = 'int f(int a) { return a; }';
    const leaseId = await leased(platform);
    const functionSignature = 'int f(int a)';
    const compiled = await run(platform, 'compile', { ...input, leaseId, functionSignature });
    expect(compiled).toMatchObject({ kind: 'compiled', sourceFile: 'harness.cpp' });
    expect([...platform.files.keys()]).toEqual(['harness.cpp', 'solution.cpp']);
    expect(platform.requests[0]?.argv).toEqual([
      ...['env', 'SOURCE_DATE_EPOCH=0', 'g++', '-std=c++17', '-O1'],
      ...['-isystem', '/usr/local/lib/grading-headers', 'harness.cpp', '-o', 'main'],
    ]);
    await run(platform, 'compile', { ...input, language: 'python', leaseId, functionSignature });
    expect(platform.requests.at(-2)?.argv).toEqual(['python3', '-m', 'py_compile', 'main.py', 'solution.py']);
  });

  it.each(['cpp', 'python', 'java'] as const)(
    'leaves out the byte order mark of an editor in %s',
    async (language) => {
      const platform = fakePlatform();
      platform.source = '\uFEFFclass A {}';
      await run(platform, 'compile', { ...input, language, leaseId: await leased(platform) });
      expect([...platform.files.values()]).toEqual(['class A {}', '8\n'].slice(0, 1));
    },
  );

  it('starts the class that has main where another one names the file', async () => {
    const platform = fakePlatform();
    platform.source = 'public interface Shape {} class App { public static void main(String[] a) {} }';
    const compiled = await run(platform, 'compile', {
      ...input,
      language: 'java',
      leaseId: await leased(platform),
    });
    expect(compiled).toMatchObject({ sourceFile: 'App.java' });
    expect([...platform.files.keys()]).toEqual(['Shape.java']);
  });

  it('compiles no source that is longer than a compiler can take', async () => {
    const platform = fakePlatform();
    platform.source = 'x'.repeat(16 * 1024 * 1024 + 1);
    expect(await run(platform, 'compile', { ...input, leaseId: await leased(platform) })).toMatchObject({
      kind: 'compile-error',
      message: expect.stringMatching(/16\.0 MiB long; at most 16\.0 MiB/),
    });
    expect(platform.requests).toEqual([]);
  });

  it('says that a version was asked for that may be newer than what there is', async () => {
    const platform = fakePlatform();
    platform.execute = async () => outcome('', { exitCode: 1, stderrText: 'main.cpp:1: error: no\n' });
    const leaseId = await leased(platform);
    const message = async (requestedLanguage: string) =>
      (await run(platform, 'compile', { ...input, requestedLanguage, leaseId })) as unknown;
    expect(await message('C++20')).toMatchObject({
      message: expect.stringMatching(/error: no\n\nThe language was given as "C\+\+20".*compiles as C\+\+17/),
    });
    expect(await message('C++14')).toMatchObject({ message: 'main.cpp:1: error: no' });
  });

  it('names a lost lease as such', async () => {
    const error = await failure(run(fakePlatform(), 'compile', { ...input, leaseId: 'gone' }));
    expect(error).toMatchObject({ type: 'LeaseLost', nonRetryable: true });
  });
});

/** What g++ prints of a part that was ended. */
function endedPart(how: string, program: string): string {
  return `g++: internal compiler error: ${how} signal terminated program ${program}\nPlease submit a full bug report, with preprocessed source (by using -freport-bug).\n`;
}
