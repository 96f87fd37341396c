import type { Language } from '../../../domain/judging/language.js';
import type { TestStatus } from '../../../domain/judging/status.js';
import { Status as S } from '../../../domain/judging/status.js';

/** A program for `int f(int a)`, input 3, expected output 4, and the verdict it must get. */
export interface HostileSolution {
  readonly what: string;
  readonly language: Language;
  readonly source: string;
  /** The second where typed input (output first) and JSON input (as stdio) differ: contract §6 and §7. */
  readonly expected: readonly [TestStatus | 'Compile Error', (TestStatus | 'Compile Error')?];
}

const right = 'int f(int a) { return a + 1; }';

const cpp = (what: string, source: string, ...expected: HostileSolution['expected']): HostileSolution => ({
  what,
  language: 'cpp',
  source,
  expected,
});
const python = (what: string, source: string, ...expected: HostileSolution['expected']): HostileSolution => ({
  what,
  language: 'python',
  source,
  expected,
});
const java = (what: string, source: string, ...expected: HostileSolution['expected']): HostileSolution => ({
  what,
  language: 'java',
  source,
  expected,
});

export const hostileSolutions: readonly HostileSolution[] = [
  cpp('defines main', `${right}\nint main() { cout << 4; }`, S.CompileError),
  cpp('names main by a macro', `#define main other\n${right}`, S.CompileError),
  cpp(
    'redefines the words the harness is made of',
    `${right}\n#define try if (false)\n#define catch(x) else\n#define grader_harness std\n#define return exit(0); return`,
    S.CompileError,
  ),
  cpp('redefines its own name afterwards', `${right}\n#define f(x) 5`, S.WrongAnswer),
  cpp('makes endl and cout something else', `#define endl ""\n#define cout cerr\n${right}`, S.Accepted),
  cpp('makes int a long long', `#define int long long\n${right}`, S.CompileError),
  cpp('poisons words', `#pragma GCC poison printf cerr\n${right}`, S.Accepted),
  cpp(
    'replaces the printing of the harness',
    `namespace grader_harness { template <> void print<int>(std::ostream& out, const int&) { out << 4; } }\nint f(int a) { return 9; }`,
    S.Accepted,
  ),
  cpp('closes one brace too many', `${right}\n}`, S.CompileError),
  cpp('leaves a namespace open', `namespace mine {\n${right}`, S.CompileError),
  cpp('leaves a comment open', `${right}\n/* the rest`, S.CompileError),
  cpp('leaves a raw string open', `${right}\nauto text = R"(the rest`, S.CompileError),
  cpp('leaves an #if open', `${right}\n#if 0`, S.CompileError),
  cpp('includes itself', `#include "solution.cpp"\n${right}`, S.CompileError),
  cpp('has another parameter type', 'int f(vector<int> a) { return 4; }', S.CompileError),
  cpp('has another name', 'int g(int a) { return a + 1; }', S.CompileError),
  cpp('returns nothing', 'void f(int a) {}', S.CompileError),
  cpp(
    'has names of the harness',
    `int print = 1, failed = 2, Json = 3, grader_argument1 = 4;\n${right}`,
    S.Accepted,
  ),
  cpp('prints junk before the answer', 'int f(int a) { cout << "junk "; return a + 1; }', S.WrongAnswer),
  cpp('prints junk on stderr', 'int f(int a) { cerr << "junk"; return a + 1; }', S.WrongAnswer, S.Accepted),
  cpp(
    'prints after the answer',
    `${right}\nstruct Last { ~Last() { cout << "junk"; } } last;`,
    S.WrongAnswer,
  ),
  cpp('exits early with the answer printed', 'int f(int a) { printf("4\\n"); exit(0); }', S.Accepted),
  cpp('exits early without an answer', 'int f(int a) { exit(0); }', S.WrongAnswer),
  cpp('exits early with a code', 'int f(int a) { printf("4\\n"); exit(3); }', S.Accepted, S.RuntimeError),
  cpp('exits before main', `${right}\nint early = (_exit(0), 1);`, S.WrongAnswer),
  cpp(
    'reads the input itself',
    'int early; struct R { R() { cin >> early; } } r;\nint f(int a) { return 4; }',
    S.Accepted,
  ),
  cpp('closes stdout', 'int f(int a) { fclose(stdout); return a + 1; }', S.WrongAnswer),
  cpp('throws what is no exception', 'int f(int a) { throw "no luck"; }', S.RuntimeError),
  cpp('throws where nothing may', 'int f(int a) noexcept { throw 1; }', S.RuntimeError),
  cpp(
    'recurses without an end',
    'int f(int a) { volatile char room[999]; room[0] = a; return f(a + 1) + room[0]; }',
    S.RuntimeError,
  ),
  cpp('returns a word, not a number', 'string f(int a) { return "4"; }', S.Accepted),
  cpp('is a template', 'template <class T> T f(T a) { return a + 1; }', S.Accepted),
  cpp('is a lambda', 'auto f = [](int a) { return a + 1; };', S.Accepted),
  cpp('is overloaded', `${right}\nint f(double) { return 0; }\nint f(string) { return 0; }`, S.Accepted),

  python('exits early', 'import sys\ndef f(a):\n    sys.exit(0)', S.WrongAnswer),
  python(
    'ends its process',
    'import os\ndef f(a):\n    print(4, flush=True)\n    os._exit(7)',
    S.RuntimeError,
  ),
  python('prints junk', 'print("junk")\ndef f(a):\n    return a + 1', S.WrongAnswer),
  python(
    'prints junk on stderr',
    'import sys\ndef f(a):\n    print("junk", file=sys.stderr)\n    return a + 1',
    S.Accepted,
  ),
  python(
    'replaces the JSON reader',
    'import json\njson.loads = lambda text: [99]\ndef f(a):\n    return a + 1',
    S.Accepted,
  ),
  python(
    'replaces print',
    'import builtins\nbuiltins.print = lambda *words: None\ndef f(a):\n    return a + 1',
    S.WrongAnswer,
  ),
  python('imports the harness', 'import main\ndef f(a):\n    return a + 1', S.RuntimeError),
  python('is no function', 'f = 4', S.RuntimeError),
  python('needs another argument', 'def f(a, b):\n    return a', S.RuntimeError),
  python('answers with a generator', 'def f(a):\n    yield a + 1', S.WrongAnswer),
  python('recurses without an end', 'def f(a):\n    return f(a)', S.RuntimeError),
  python(
    'answers with what cannot be printed',
    'class R:\n    def __str__(self):\n        raise ValueError\ndef f(a):\n    return R()',
    S.RuntimeError,
  ),
  python('closes stdout', 'import os\ndef f(a):\n    os.close(1)\n    return a + 1', S.RuntimeError),

  java('exits early', 'int f(int a) { System.exit(0); return a; }', S.WrongAnswer),
  java('replaces stdout', 'int f(int a) { System.setOut(System.err); return a + 1; }', S.WrongAnswer),
  java(
    'is called as the harness',
    'public class GraderHarness { static int f(int a) { return a + 1; } }',
    S.RuntimeError,
  ),
  java(
    'has a class that hides String',
    'class String {}\nclass Solution { int f(int a) { return a + 1; } }',
    S.CompileError,
  ),
  java(
    'needs a value to be made',
    'class Solution { Solution(int x) {} int f(int a) { return a + 1; } }',
    S.RuntimeError,
  ),
  java('is abstract', 'abstract class Solution { abstract int f(int a); }', S.RuntimeError),
  java('takes another type', 'int f(String[] a) { return 4; }', S.RuntimeError),
  java('throws an error', 'int f(int a) { throw new StackOverflowError("no luck"); }', S.RuntimeError),
  java(
    'leaves a thread behind',
    'int f(int a) { new Thread(() -> { for (;;); }).start(); return a + 1; }',
    S.TimeLimitExceeded,
  ),
  java('closes one brace too many', 'int f(int a) { return a + 1; } }', S.CompileError),
  java('is private and static', 'private static int f(int a) { return a + 1; }', S.Accepted),
];
