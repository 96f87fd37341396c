import { describe, expect, it } from 'vitest';
import { outcome, signaled } from '../../test/fakes/execution-outcomes.js';
import type { Language } from './language.js';
import { testMessage } from './messages.js';
import { signals } from './signals.js';
import type { TestStatus } from './status.js';

const limits = { timeLimitMs: 1000, memoryLimitKb: 262_144 };

describe('testMessage', () => {
  it('is null for Accepted and Wrong Answer, whatever is on stderr', () => {
    const observed = outcome('8', { stderrText: 'debug' });
    expect(testMessage('Accepted', observed, limits, 'cpp')).toBeNull();
    expect(testMessage('Wrong Answer', observed, limits, 'cpp')).toBeNull();
  });

  it.each<[string, TestStatus, ReturnType<typeof outcome>, RegExp[]]>([
    [
      'a loop',
      'Time Limit Exceeded',
      outcome('', { end: 'time-limit', judgedMs: 1003.4, cpuMs: 998, wallMs: 1003.4 }),
      [/limit of 1000 ms \(measured: 1003 ms, with 998 ms of processor time\)/, /a loop that never ends/],
    ],
    [
      'a loop on a busy host',
      'Time Limit Exceeded',
      outcome('', { end: 'time-limit', judgedMs: 1003, cpuMs: 998, wallMs: 2210 }),
      [/2210 ms passed on the clock, but waiting for a free processor is not counted/],
    ],
    [
      'a sleeper',
      'Time Limit Exceeded',
      outcome('', { end: 'time-limit', judgedMs: 1001, cpuMs: 2 }),
      [/2 ms of processor time/, /waiting for input that is not there/],
    ],
    [
      'exit code 124',
      'Time Limit Exceeded',
      outcome('', { exitCode: 124 }),
      [/exit code 124, which is reported/],
    ],
    [
      'a hoard',
      'Memory Limit Exceeded',
      outcome('', { end: 'memory-limit', peakMemoryKb: 262_000 }),
      [/limit of 256\.0 MB/, /peak measured: 255\.9 MB/],
    ],
    [
      'a peak above the limit',
      'Memory Limit Exceeded',
      outcome('', { peakMemoryKb: 300_000 }),
      [/used more memory than the limit of 256\.0 MB \(peak measured: 293\.0 MB\)/],
    ],
    [
      'SIGKILL',
      'Memory Limit Exceeded',
      signaled(signals.SIGKILL),
      [/SIGKILL \(exit code 137\)/, /peak measured: 3\.3 MB/],
    ],
    [
      'a flood',
      'Output Limit Exceeded',
      outcome('', { end: 'output-limit', judgedMs: 35, cpuMs: 33, wallMs: 35 }),
      [/limit of 1 MiB/, /35 ms, with 33 ms of processor time/],
    ],
    ['SIGPIPE', 'Output Limit Exceeded', signaled(signals.SIGPIPE), [/SIGPIPE \(exit code 141\)/]],
    [
      'a segmentation fault',
      'Runtime Error',
      signaled(signals.SIGSEGV),
      [/segmentation fault/, /SIGSEGV, exit code 139/, /outside an array/],
    ],
    [
      'a division by zero',
      'Runtime Error',
      signaled(signals.SIGFPE),
      [/SIGFPE, exit code 136/, /division by zero/, /smallest number of its type by -1/],
    ],
    [
      'an instruction that this processor lacks',
      'Runtime Error',
      signaled(signals.SIGILL),
      [/SIGILL, exit code 132/, /without its return statement/, /#pragma GCC target/],
    ],
    ['an abort', 'Runtime Error', signaled(signals.SIGABRT), [/SIGABRT, exit code 134/]],
    [
      'a thread too many',
      'Runtime Error',
      { ...signaled(signals.SIGABRT), stderr: Buffer.from('  what():  Resource temporarily unavailable\n') },
      [/refused a thread or a process: a program may have 128 at a time/],
    ],
    [
      "a thread too many in Python, whose other threads wait for the first one's",
      'Time Limit Exceeded',
      outcome('', { end: 'time-limit', stderrText: "RuntimeError: can't start new thread\n" }),
      [/did not finish/, /refused a thread or a process/],
    ],
    ['another signal', 'Runtime Error', signaled(signals.SIGTERM), [/ended by SIGTERM \(exit code 143\)/]],
    ['a signal without a name', 'Runtime Error', signaled(34), [/signal 34 \(exit code 162\)/]],
    ['exit code 3', 'Runtime Error', outcome('', { exitCode: 3 }), [/exit code 3 instead of 0/]],
    [
      "a child's crash",
      'Runtime Error',
      outcome('', { exitCode: 139 }),
      [/exit code 139, which stands for SIGSEGV/],
    ],
    ['other white space', 'Presentation Error', outcome('8  8'), [/line ends/]],
  ])('says what happened, the limit and what was measured: %s', (_what, status, observed, patterns) => {
    const message = testMessage(status, observed, limits, 'cpp');
    for (const pattern of patterns) expect(message).toMatch(pattern);
  });

  const said = (observed: ReturnType<typeof outcome>, status: TestStatus, language: Language) =>
    testMessage(status, observed, limits, language);

  it('says what counts where the kernel stopped a program of which little was seen', () => {
    const explained = (peakMemoryKb: number) =>
      testMessage('Memory Limit Exceeded', outcome('', { end: 'memory-limit', peakMemoryKb }), limits, 'cpp');
    expect(explained(1_000)).toMatch(
      /peak measured: 1\.0 MB\)\. The limit is for all its processes together/,
    );
    expect(explained(255_000)).not.toContain('together');
  });

  it('names large local arrays and deep recursion as causes of a segmentation fault', () => {
    const message = said(signaled(signals.SIGSEGV), 'Runtime Error', 'cpp');
    expect(message).toMatch(/large local array.*recursion that is too deep/);
  });

  it.each(['SIGSEGV', 'SIGABRT', 'SIGFPE', 'SIGILL', 'SIGBUS'] as const)(
    'gives causes of %s that the language can have',
    (name) => {
      const ofCpp = /pointer|array|freeing|assert|uncaught|division|return statement|#pragma|misaligned/;
      const crashed = (language: Language) => said(signaled(signals[name]), 'Runtime Error', language);
      expect(crashed('cpp')).toMatch(ofCpp);
      for (const language of ['python', 'java'] as const) {
        expect(crashed(language)).toMatch(/Common causes?: /);
        expect(crashed(language)).not.toMatch(ofCpp);
      }
    },
  );

  it('names the stack where Python recurses deeper than it', () => {
    const message = said(signaled(signals.SIGSEGV), 'Runtime Error', 'python');
    expect(message).toMatch(/stack of 8 MB.*sys\.setrecursionlimit does not enlarge.*threading\.stack_size/);
  });

  it('gives no causes of a crash where Python or Java ends with such an exit code', () => {
    for (const language of ['python', 'java'] as const) {
      const message = said(outcome('', { exitCode: 139 }), 'Runtime Error', language);
      expect(message).toMatch(/stands for SIGSEGV.*Common cause: a call of exit with that code\.$/);
    }
  });

  it('names threads that never end where a program waits for them', () => {
    const waited = outcome('8', { end: 'time-limit', judgedMs: 1001, cpuMs: 2 });
    expect(said(waited, 'Time Limit Exceeded', 'java')).toMatch(/executor or a timer that is not shut down/);
    expect(said(waited, 'Time Limit Exceeded', 'python')).toMatch(
      /threads that wait for each other or never end\./,
    );
    expect(said(waited, 'Time Limit Exceeded', 'cpp')).toMatch(/threads that wait for each other\.$/);
  });

  it('tells of a main function only where there is one', () => {
    const failed = outcome('', { exitCode: 1, stderrText: 'ValueError' });
    expect(said(failed, 'Runtime Error', 'cpp')).toMatch(/main function/);
    expect(said(failed, 'Runtime Error', 'python')).toMatch(/exception that nothing catches.*sys\.exit/);
    expect(said(failed, 'Runtime Error', 'java')).toMatch(/exception that nothing catches.*System\.exit/);
    for (const language of ['python', 'java'] as const)
      expect(said(failed, 'Runtime Error', language)).not.toMatch(/main function/);
  });

  it('says why Java started nothing', () => {
    const stderrText =
      'Error: Could not find or load main class Main\nCaused by: java.lang.ClassNotFoundException: Main\n';
    const message = said(outcome('', { exitCode: 1, stderrText }), 'Runtime Error', 'java');
    expect(message).toMatch(/^Java did not find a class to start.*Caused by/s);
  });

  it("tells Java's heap from the whole limit", () => {
    const exhausted = { ...signaled(signals.SIGABRT), end: 'memory-limit' } as const;
    const message = said(exhausted, 'Memory Limit Exceeded', 'java');
    expect(message).toMatch(
      /needed more memory than the limit of 256\.0 MB, which leaves 206\.0 MB for Java's heap/,
    );
  });

  it('names a byte order mark, which nobody sees', () => {
    expect(said(outcome('\uFEFF8'), 'Presentation Error', 'cpp')).toMatch(/byte order mark \(BOM, U\+FEFF\)/);
    expect(said(outcome(' 8'), 'Presentation Error', 'cpp')).not.toMatch(/byte order mark/);
  });

  it('quotes the beginning and the end of the error output, without NUL and the paths of the sandbox', () => {
    const stderrText = `File "/sandbox/main.py"\0${'é'.repeat(5000)}\nValueError: é`;
    const message =
      testMessage('Runtime Error', outcome('', { exitCode: 1, stderrText }), limits, 'cpp') ?? '';
    expect(message).toContain('File "main.py"\uFFFDé');
    expect(message).toMatch(/é\n… \(\d+ bytes left out\) …\né.*ValueError: é$/s);
    expect(message.length).toBeLessThan(1500);
  });

  it('says that the end of the error output was not kept', () => {
    const observed = outcome('', { exitCode: 1, stderrText: 'x', stderrTruncated: true });
    expect(testMessage('Runtime Error', observed, limits, 'cpp')).toMatch(
      /x\n… \(it printed more, which was not kept\)$/,
    );
  });
});
