import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/longest-first.js';
import { ownRuntime } from './test/own-runtime.js';
import { scaled } from './test/time-factor.js';

/**
 * Files that run alone: they measure time with little room, fill every core, or change a service for everybody. All
 * others have queues, databases and namespaces of their own, mostly wait, and run side by side.
 */
const alone = [
  // Wall times, and crowds that fill every core.
  'test/integration/sandbox/limits.test.ts',
  'test/integration/sandbox/pool.test.ts',
  'test/integration/sandbox/failure.test.ts',
  'test/integration/sandbox/slow-runner.test.ts',
  'test/integration/sandbox/stretched-clock.test.ts',
  // How soon a host that shuts down hands its gradings over.
  'test/integration/workflow/workers.test.ts',
  // The share that is left beside workers which take a message every few milliseconds.
  'test/integration/bridge/paced-share.test.ts',
  // Removes and counts the warm images of the whole engine.
  'test/integration/sandbox/removed-images.test.ts',
  // Keeps four processes busy.
  'test/integration/sandbox/busy-compile.test.ts',
  // How busy the machine is, is among what it measures.
  'test/integration/monitoring/criteria.test.ts',
];

/** Only by `./grader test --all`; a small edition of each is among the others. */
const long = [
  // Every signature in every language; test/integration/grading/function-mode.test.ts has the first of them.
  'test/integration/function-mode/function-table.test.ts',
  // That one compiles for random types; here values go there and back, too.
  'test/integration/function-mode/random-values.test.ts',
  // Thousands of submissions; test/integration/rejudge/rejudge.test.ts has a few.
  'test/integration/rejudge/large-set.test.ts',
  // Thousands of tests with the worst of texts; test/integration/workflow/large-results.test.ts has hundreds.
  'test/integration/grading/large-result.test.ts',
];

/** Most wait most of the time: so many keep two cores busy. */
const filesAtOnce = 4;

// Files share forks: most of a file's processor time would be the loading of what all of them import. Retries stay off: a
// flake is a bug.
export default defineConfig({
  test: {
    pool: 'forks',
    retry: 0,
    // What is waited for may take its time on a busy host: the deadline only ends a wait that never would.
    expect: { poll: { timeout: scaled(120_000) } },
    testTimeout: scaled(600_000),
    hookTimeout: scaled(600_000),
    sequence: { sequencer: LongestFirst },
    reporters: ['default', './test/closing-line-reporter.ts'],
    // Groups run one after the other, in this order.
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: [
            '{domain,workflows,activities,platform,sandbox,bridge,workers,cli,console,devstack,bench,build,reference-backend}/**/*.test.ts',
            'test/replay/**/*.test.ts',
          ],
          isolate: false,
          setupFiles: './test/leaves-no-trace.ts',
          // First: they need no service, so they run while the services come up.
          sequence: { groupOrder: 0 },
          maxWorkers: 2,
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          exclude: [...ownRuntime, ...alone, ...long],
          isolate: false,
          setupFiles: [
            './test/services-ready.ts',
            './test/integration/around-each-file.ts',
            './test/leaves-no-trace.ts',
          ],
          // In this order: what the first sets is no trace of a test.
          sequence: { groupOrder: 1, setupFiles: 'list' },
          maxWorkers: filesAtOnce,
        },
      },
      {
        extends: true,
        test: {
          name: 'integration-runtime',
          include: ownRuntime,
          exclude: alone,
          setupFiles: ['./test/services-ready.ts', './test/integration/around-each-file.ts'],
          sequence: { groupOrder: 1 },
          maxWorkers: filesAtOnce,
        },
      },
      {
        extends: true,
        test: {
          name: 'integration-alone',
          include: alone,
          setupFiles: ['./test/services-ready.ts', './test/integration/around-each-file.ts'],
          sequence: { groupOrder: 2 },
          maxWorkers: 1,
        },
      },
      {
        extends: true,
        test: {
          name: 'integration-long',
          include: long,
          setupFiles: ['./test/services-ready.ts', './test/integration/around-each-file.ts'],
          sequence: { groupOrder: 3 },
          maxWorkers: 1,
        },
      },
      {
        extends: true,
        test: {
          name: 'attacks',
          include: ['test/attacks/**/*.test.ts'],
          setupFiles: './test/services-ready.ts',
          sequence: { groupOrder: 4 },
          maxWorkers: 1,
        },
      },
      {
        extends: true,
        test: {
          name: 'cgroup-v2',
          include: ['test/cgroup-v2/**/*.test.ts'],
          sequence: { groupOrder: 4 },
          maxWorkers: 1,
        },
      },
      {
        extends: true,
        test: {
          name: 'compose',
          include: ['test/compose/**/*.test.ts'],
          setupFiles: './test/services-ready.ts',
          sequence: { groupOrder: 5 },
          maxWorkers: 1,
        },
      },
      {
        extends: true,
        test: {
          name: 'systemd',
          include: ['test/systemd/**/*.test.ts'],
          setupFiles: './test/services-ready.ts',
          sequence: { groupOrder: 5 },
          maxWorkers: 1,
        },
      },
      {
        extends: true,
        test: {
          name: 'chaos',
          include: ['test/chaos/**/*.test.ts'],
          setupFiles: './test/services-ready.ts',
          // Last: it restarts the container engine.
          sequence: { groupOrder: 6 },
          maxWorkers: 1,
        },
      },
    ],
  },
});
