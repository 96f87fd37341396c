import { unreadableTest } from '../../domain/grading/faulty-test.js';
import type { SubmissionFacts } from '../../domain/grading/grading-plan.js';
import { planGrading } from '../../domain/grading/grading-plan.js';
import { compileMessage } from '../../domain/judging/compile-message.js';
import type { ExecutionOutcome } from '../../domain/judging/execution.js';
import type { Language } from '../../domain/judging/language.js';
import { systemErrorMessage, testMessage } from '../../domain/judging/messages.js';
import { signals } from '../../domain/judging/signals.js';
import type { TestStatus, Verdict } from '../../domain/judging/status.js';
import { Status } from '../../domain/judging/status.js';
import { stoppedCompiler } from '../../domain/judging/stopped-compiler.js';

const limits = { timeLimitMs: 1000, memoryLimitKb: 262_144 };

/** docs/student-messages.md: what students read, written by the code that writes it for them. */
export function renderStudentMessages(): string {
  const sections = Object.entries(examples()).map(([status, shown]) => {
    const quoted = shown.map(({ of, message }) =>
      `${of}\n\n${message === null ? '' : quote(message)}`.trim(),
    );
    return `## ${status}\n\n${quoted.join('\n\n')}`;
  });
  return `${head}\n\n${sections.join('\n\n')}\n`;
}

interface Example {
  /** What had happened. */
  readonly of: string;
  readonly message: string | null;
}

const head = `# Messages to students

What \`error_message\` says for each status, by examples; the code that writes these messages writes this page. A message says what
happened, the limit and the measured value, common causes, the exit code or signal, and the program's error output: its beginning and end,
at most 1000 bytes, as valid UTF-8, without the sandbox's paths. A program that chooses such an exit code or signal itself gets the same
status, and the message says so.`;

function examples(): Readonly<Record<Verdict, readonly Example[]>> {
  return {
    [Status.Accepted]: [{ of: 'No message, whatever the program printed on stderr.', message: null }],
    [Status.WrongAnswer]: [
      { of: 'No message: the output itself is stored ([contract §6](platform-contract.md)).', message: null },
    ],
    [Status.PresentationError]: [of('`1  2` where `1 2` was expected:', Status.PresentationError, {})],
    [Status.TimeLimitExceeded]: [
      of('An endless loop:', Status.TimeLimitExceeded, {
        ...stopped('time-limit'),
        ...time(1003, 1001, 1003),
      }),
      of('A program that waits for input:', Status.TimeLimitExceeded, {
        ...stopped('time-limit'),
        ...time(1001, 2, 1001),
      }),
      of(
        'A Java program that does not shut its executor down:',
        Status.TimeLimitExceeded,
        { ...stopped('time-limit'), ...time(1002, 65, 1002) },
        'java',
      ),
    ],
    [Status.MemoryLimitExceeded]: [
      of('A vector that grows without end:', Status.MemoryLimitExceeded, {
        ...stopped('memory-limit'),
        peakMemoryKb: 261_920,
      }),
      of(
        'A Java program whose heap is exhausted:',
        Status.MemoryLimitExceeded,
        {
          ...stopped('memory-limit'),
          signal: signals.SIGABRT,
          peakMemoryKb: 241_920,
          stderr: encoded('Aborting due to java.lang.OutOfMemoryError: Java heap space\n'),
        },
        'java',
      ),
    ],
    [Status.OutputLimitExceeded]: [
      of('A loop that prints without end:', Status.OutputLimitExceeded, {
        ...stopped('output-limit'),
        ...time(35, 33, 35),
      }),
    ],
    [Status.RuntimeError]: [
      of('A null pointer:', Status.RuntimeError, killedBy('SIGSEGV')),
      of('An uncaught exception in C++:', Status.RuntimeError, {
        ...killedBy('SIGABRT'),
        stderr: encoded(
          "terminate called after throwing an instance of 'std::out_of_range'\n  what():  vector::_M_range_check\n",
        ),
      }),
      of('More threads than a program may have:', Status.RuntimeError, {
        ...killedBy('SIGABRT'),
        stderr: encoded(
          "terminate called after throwing an instance of 'std::system_error'\n  what():  Resource temporarily unavailable\n",
        ),
      }),
      of(
        'An uncaught exception in Python:',
        Status.RuntimeError,
        {
          exitCode: 1,
          stderr: encoded(
            'Traceback (most recent call last):\n  File "/sandbox/main.py", line 3, in <module>\n    print(1 // 0)\nZeroDivisionError: integer division or modulo by zero\n',
          ),
        },
        'python',
      ),
      of('Recursion deeper than the stack, in Python:', Status.RuntimeError, killedBy('SIGSEGV'), 'python'),
      of(
        'A Java program in a package:',
        Status.RuntimeError,
        {
          exitCode: 1,
          stderr: encoded(
            'Error: Could not find or load main class Main\nCaused by: java.lang.NoClassDefFoundError: Main (wrong name: homework/Main)\n',
          ),
        },
        'java',
      ),
    ],
    [Status.CompileError]: [
      {
        of: 'Output of the compiler; under the rules of `go`, its first five error lines:',
        message: compileMessage(gccErrors, 5, 'cpp'),
      },
      {
        of: 'In function mode, a function with the wrong name:',
        message: compileMessage(otherName, 5, 'cpp'),
      },
      {
        of: 'A compiler that was stopped says so above what it printed:',
        message:
          stoppedCompiler({ ...ended, ...stopped('time-limit'), ...time(60_000, 31_000, 60_000) }, 'cpp') ??
          null,
      },
    ],
    [Status.SystemError]: [
      { of: 'Our own trouble that lasted past the deadline:', message: systemErrorMessage('compile') },
      ungradable('A language that is not known:', { language: 'cobol' }),
      ungradable('A problem without tests:', { testCaseIds: [] }),
      ungradable('A signature that cannot be read:', {
        gradingMode: 'function',
        functionSignature: 'int f(int* a)',
      }),
      {
        of: 'In function mode, a test in the wrong form:',
        message:
          unreadableTest(
            { functionSignature: 'int f(vector<int> v)', language: 'python', profile: 'python' },
            'Test 2 of this problem (id 17)',
            '3 1 2 3',
          ) ?? null,
      },
    ],
  };
}

const ended: ExecutionOutcome = {
  end: 'exited',
  exitCode: 0,
  signal: null,
  wallMs: 3,
  cpuMs: 2,
  waitMs: 0,
  judgedMs: 3,
  peakMemoryKb: 3404,
  stdout: new Uint8Array(),
  stderr: new Uint8Array(),
  stderrTruncated: false,
};

function of(
  what: string,
  status: TestStatus,
  differences: Partial<ExecutionOutcome>,
  language: Language = 'cpp',
): Example {
  return { of: what, message: testMessage(status, { ...ended, ...differences }, limits, language) };
}

function stopped(end: ExecutionOutcome['end']): Partial<ExecutionOutcome> {
  return { end, exitCode: null, signal: signals.SIGKILL };
}

function killedBy(name: keyof typeof signals): Partial<ExecutionOutcome> {
  return { end: 'signaled', exitCode: null, signal: signals[name] };
}

function time(judgedMs: number, cpuMs: number, wallMs: number): Partial<ExecutionOutcome> {
  return { judgedMs, cpuMs, wallMs };
}

const gccErrors = [1, 2, 3, 4, 5, 6, 7]
  .map((line) => `/sandbox/main.cpp:${line}:9: error: 'x${line}' was not declared in this scope\n`)
  .join('');
const otherName = "harness.cpp:80:26: error: 'f' was not declared in this scope\n";

function ungradable(what: string, difference: Partial<SubmissionFacts>): Example {
  const facts = {
    submissionId: 1,
    problemId: 1,
    problemTitle: 'Two Sum',
    classId: 1,
    language: 'cpp',
    gradingMode: 'stdio',
    functionSignature: null,
    isTest: false,
    timeLimitMs: null,
    memoryLimitKb: null,
    languageLimits: null,
    testCaseIds: [1],
    ...difference,
  };
  const planned = planGrading(facts, 'python', limits);
  if (planned.kind === 'plan') throw new Error(`${what} is gradable`);
  return { of: what, message: planned.message };
}

function encoded(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function quote(message: string): string {
  return `\`\`\`text\n${message.trimEnd()}\n\`\`\``;
}
