import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CompileOutput } from '../../../activities/compile.js';
import { compile } from '../../../activities/compile.js';
import { functionCppFlags } from '../../../domain/function-mode/function-program.js';
import type { GradingProfile } from '../../../domain/judging/grading-profile.js';
import { gradingRules } from '../../../domain/judging/grading-profile.js';
import { precompiledHeaders, precompiledHeadersFolder } from '../../../domain/judging/precompiled-header.js';
import { fakePlatform } from '../../fakes/fake-dependencies.js';
import { runsAll } from '../../runs-all.js';
import { scaled } from '../../time-factor.js';
import type { TestSandbox } from '../docker-fixture.js';
import { openTestSandbox, run, text, withLease } from '../docker-fixture.js';

const sum = 'int main() { long long a, b; std::cin >> a >> b; std::cout << a + b << "\\n"; }\n';
const templates = `using namespace std;
template <class T> struct tree { map<T, vector<T>> edges; void add(T a, T b) { edges[a].push_back(b); } };
int main() { tree<string> t; t.add("a", "b"); for (auto& [k, v] : t.edges) cout << k << v.size() << endl;
  priority_queue<pair<int, int>, vector<pair<int, int>>, greater<>> q; q.push({1, 2}); cout << q.top().second; }
`;

/** Programs for which a header compiled beforehand could make a difference. */
const programs: readonly (readonly [what: string, source: string])[] = [
  ['includes the header first', `#include <iostream>\n${sum}`],
  ['includes everything first', `#include <bits/stdc++.h>\n${templates}`],
  ['includes nothing', 'int main() { return 0; }\n'],
  ['includes nothing and uses a stream', `${sum}`],
  ['includes another header first', `#include <vector>\n#include <iostream>\n${sum}`],
  ['includes the header, then another', `#include <iostream>\n#include <cmath>\n#include <queue>\n${sum}`],
  ['includes it twice', `#include <iostream>\n#include <iostream>\n${sum}`],
  ['includes the other one second', `#include <iostream>\n#include <bits/stdc++.h>\n${templates}`],
  ['counts what was counted', `#include <iostream>\nint c = __COUNTER__;\nint main() { return c; }\n`],
  ['has a variable it does not use', '#include <iostream>\nint main() { int unused; }\n'],
  [
    'has an error in a template of the header',
    '#include <bits/stdc++.h>\nint main() { std::vector<int> v; std::sort(v.begin(), 3); }\n',
  ],
  ['prints what cannot be printed', '#include <iostream>\nstruct s {};\nint main() { std::cout << s{}; }\n'],
  ['misses a header', '#include <iostream>\nint main() { std::vector<int> v; return (int)v.size(); }\n'],
  [
    'gets a header from another',
    '#include <iostream>\nint main() { std::string s = "a"; return (int)s.size(); }\n',
  ],
  ['includes a file that is not there', '#include <iostream>\n#include "grid.h"\nint main() {}\n'],
  ['has no main', '#include <iostream>\nint f() { return 1; }\n'],
  [
    'asks whether the header is there',
    '#include <iostream>\n#if __has_include(<bits/stdc++.h>)\nint main() {}\n#endif\n',
  ],
  ['includes the next of the name', `#include <iostream>\n#include_next <bits/stdc++.h>\n${templates}`],
  ['ends without a line end', '#include <iostream>\nint main() { std::cout << __FILE__ << __LINE__; }'],
];

/** What may go before the line that includes a header, and after it. */
const surroundings: readonly (readonly [what: string, before: string, after: string])[] = [
  ['defines a macro the header uses', '#define max(a, b) a\n', sum],
  ['opens what is private', '#define private public\n', sum],
  ['switches off a feature', '#define _GLIBCXX_USE_CXX11_ABI 0\n', sum],
  ['switches on checks', '#define _GLIBCXX_DEBUG\n', sum],
  ['defines a macro afterwards', '', `#define endl "\\n"\n${sum}`],
  ['asks for optimisation', '#pragma GCC optimize("O3")\n', sum],
  ['asks for a processor', '#pragma GCC target("avx2")\n', sum],
  ['asks for it afterwards', '', `#pragma GCC optimize("O3")\n${sum}`],
  ['has the include under a condition', '#if __cplusplus > 1\n', `#endif\n${sum}`],
  ['compares signed with unsigned', '', 'int main(int n, char**) { return n > sizeof n; }\n'],
  ['has an error in its first line of code', '', 'int main( { }\n'],
];
/** The compiler treats both in one way, and reads the first, <iostream>, in a quarter of the time. */
const surrounded = runsAll ? precompiledHeaders : precompiledHeaders.slice(0, 1);
/** Without `--all` one for each way in which the header could show: found, not used, in an error, in a warning. */
const few = [
  'includes the header first',
  'includes everything first',
  'includes another header first',
  'counts what was counted',
  'has a variable it does not use',
  'has an error in a template of the header',
  'misses a header',
  'defines a macro the header uses',
  'asks for optimisation',
  'has an error in its first line of code',
];
const known = [...programs, ...surroundings].map(([what]) => what);
for (const what of few) if (!known.includes(what)) throw new Error(`There is no program that ${what}.`);
const isTried = (what: string) => runsAll || few.includes(what);

let prepared: TestSandbox;
let plain: TestSandbox;

beforeAll(async () => {
  const cppFlagSets = [...profiles.map((profile) => gradingRules(profile, 'cpp').cppFlags), functionCppFlags];
  [prepared, plain] = await Promise.all([openTestSandbox({ cppFlagSets }), openTestSandbox()]);
  // Until its image is made.
  const signal = AbortSignal.timeout(scaled(280_000));
  const { leaseId } = await prepared.sandbox.acquire({ submissionId: 1, signal });
  await prepared.sandbox.release(leaseId);
});

afterAll(async () => {
  await prepared.close();
  await plain.close();
});

const profiles: readonly GradingProfile[] = ['python', 'go', 'strict'];

describe('precompiled headers', () => {
  it.each(precompiledHeaders)('are used for <%s> under the flags of every profile', async (header) => {
    await withLease(prepared.sandbox, async (container) => {
      await container.writeFile('main.cpp', Buffer.from(`#include <${header}>\nint main() {}\n`));
      for (const flags of [
        ...profiles.map((profile) => gradingRules(profile, 'cpp').cppFlags),
        functionCppFlags,
      ]) {
        const { stderr } = await run(container, [
          ...['g++', ...flags, '-isystem', precompiledHeadersFolder],
          ...['-H', '-fsyntax-only', 'main.cpp'],
        ]);
        // -H marks with "!" the form that is used, with "x" those made for other flags; no other header is read.
        const folder = `${precompiledHeadersFolder}/${header.replaceAll('+', '\\+')}.gch`;
        expect(text(stderr)).toMatch(new RegExp(`^(x ${folder}/\\d\n)*! ${folder}/\\d\n main.cpp`));
      }
    });
  });

  it.each(programs.filter(([what]) => isTried(what)))(
    'make no difference to a program that %s',
    (_what, source) => expectNoDifference(source),
  );

  it.each(
    surrounded.flatMap((header) =>
      surroundings
        .filter(([what]) => isTried(what))
        .map(([what, before, after]) => ({
          what,
          header,
          source: `${before}#include <${header}>\n${after}`,
        })),
    ),
  )('make no difference to a program that $what, with <$header>', ({ source }) => expectNoDifference(source));

  it('leave an image alone whose compiler cannot make them', async () => {
    const broken = await openTestSandbox({ cppFlagSets: [['--no-such-flag']] });
    try {
      expect(await compiled(broken, `#include <iostream>\n${sum}`)).toEqual(
        await compiled(plain, `#include <iostream>\n${sum}`),
      );
    } finally {
      await broken.close();
    }
  });
});

describe('the compile cache', () => {
  it('gives the very program the compiler made, sealed', async () => {
    const kept = new Map<string, Uint8Array>();
    const first = await compiled(prepared, `#include <iostream>\n${sum}`, kept);
    expect(kept.size).toBe(1);
    const second = await compiled(prepared, `#include <iostream>\n${sum}`, kept);
    expect(second).toEqual(first);
    expect(first.program).toMatch(/^[0-9a-f]{64} {2}main\n$/);
  });

  it('forgets nothing of a Java program with several classes', async () => {
    const kept = new Map<string, Uint8Array>();
    const source =
      'public class Sum { record Pair(int a, int b) {} public static void main(String[] x) { System.out.println(new Pair(1, 2)); } }';
    await compiled(prepared, source, kept, 'java');
    await compiled(prepared, source, kept, 'java', async (container) => {
      const { stdout } = await run(container, ['java', 'Sum'], { freshTmp: true });
      expect(text(stdout)).toBe('Pair[a=1, b=2]\n');
    });
  });
});

async function expectNoDifference(source: string): Promise<void> {
  const [withHeaders, without] = await Promise.all([compiled(prepared, source), compiled(plain, source)]);
  expect(withHeaders).toEqual(without);
}

/** What the compile activity answers, without its time, and the sum of the program it made. */
async function compiled(
  { sandbox }: TestSandbox,
  source: string,
  kept = new Map<string, Uint8Array>(),
  language: 'cpp' | 'java' = 'cpp',
  use: (container: Parameters<typeof run>[0]) => Promise<void> = async () => {},
): Promise<{ output: Omit<CompileOutput, 'wallMs'>; program: string }> {
  const platform = fakePlatform();
  platform.source = source;
  const cache = {
    maxBytes: Number.POSITIVE_INFINITY,
    get: (key: string) => kept.get(key),
    put: (key: string, archive: Uint8Array) => void kept.set(key, archive),
    forget: (key: string) => void kept.delete(key),
    lookedUp: () => undefined,
  };
  return withLease(sandbox, async (container, leaseId) => {
    const environment = new MockActivityEnvironment({ activityType: 'compile' });
    const activity = compile({ ...platform.deps, pool: sandbox, compiled: cache });
    const input = { leaseId, submissionId: 1, language, profile: 'python' as const };
    const { wallMs, ...output } = await (environment.run(
      activity as never,
      input as never,
    ) as Promise<CompileOutput>);
    expect(wallMs).toBeGreaterThan(0);
    await use(container);
    const { stdout } = await run(container, ['sha256sum', 'main'], { freshTmp: true });
    return { output, program: text(stdout) };
  });
}
