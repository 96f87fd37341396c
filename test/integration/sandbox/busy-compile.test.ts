import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createActivities } from '../../../activities/create-activities.js';
import type { LeasePool } from '../../../activities/dependencies.js';
import { fakePlatform } from '../../fakes/fake-dependencies.js';
import { poolWithRequests } from '../../pool-with-requests.js';
import { runActivity } from '../../run-activity.js';
import { scaled } from '../../time-factor.js';
import type { TestSandbox } from '../docker-fixture.js';
import { openTestSandbox, withLease } from '../docker-fixture.js';

const busyProcesses = 4;

const ordinary = `#include <bits/stdc++.h>
int main() { std::map<std::string, std::vector<int>> m; m["a"].push_back(1); std::cout << m.size(); }
`;
const withoutEnd = `template <int Depth, long Path> struct Tree {
  static constexpr long value = Tree<Depth - 1, Path * 2>::value + Tree<Depth - 1, Path * 2 + 1>::value;
};
template <long Path> struct Tree<0, Path> { static constexpr long value = Path; };
int main() { return Tree<40, 1>::value != 0; }
`;

describe('a compilation on a busy host', () => {
  let test: TestSandbox;
  let busy: ChildProcess[] = [];
  beforeAll(async () => {
    test = await openTestSandbox();
    await withLease(test.sandbox, () => Promise.resolve());
    busy = Array.from({ length: busyProcesses }, () => spawn('sh', ['-c', 'while :; do :; done']));
  });
  afterAll(async () => {
    for (const child of busy) child.kill('SIGKILL');
    await test.close();
  });

  const compile = (source: string, timeMs = Number.POSITIVE_INFINITY) =>
    withLease(test.sandbox, (_container, leaseId) => {
      const platform = fakePlatform();
      platform.source = source;
      const activities = createActivities({ ...platform.deps, pool: limited(test.sandbox, timeMs) });
      const input = { leaseId, submissionId: 1, language: 'cpp', profile: 'python' } as const;
      return runActivity(activities, 'compile', input);
    });

  it.each([
    ['with the precompiled form of its header', ordinary],
    ['with the header itself', `#define NOTHING\n${ordinary}`],
  ])('succeeds %s', async (_what, source) => {
    expect(await compile(source)).toMatchObject({ kind: 'compiled' });
  });

  it('that computes without an end is said to compute, not to wait', async () => {
    // Above 30 s the kernel would end it, which is said in other words.
    expect(await compile(withoutEnd, Math.min(scaled(1500), 20_000))).toMatchObject({
      kind: 'compile-error',
      message: expect.stringMatching(
        /used \d+\.\d s of processor time\. Common causes: templates, macros or constant/,
      ),
    });
  });
});

/** Compilers with less time, so that the test stays short. */
function limited(pool: LeasePool, timeMs: number): LeasePool {
  return poolWithRequests(pool, ({ limits, ...request }) => ({
    ...request,
    limits: { ...limits, timeMs: Math.min(limits.timeMs, timeMs) },
  }));
}
