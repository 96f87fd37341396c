import { defineConfig } from 'vitest/config';

// One fork per file: Temporal allows one Runtime per process. Retries stay off: a flake is a bug.
export default defineConfig({
  test: {
    pool: 'forks',
    retry: 0,
    reporters: ['default', './test/closing-line-reporter.ts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: [
            '{domain,workflows,activities,platform,sandbox,bridge,workers,cli,devstack,bench,reference-backend}/**/*.test.ts',
            'test/replay/**/*.test.ts',
          ],
          testTimeout: 30_000,
          // The replay tests bundle the workflows first.
          hookTimeout: 180_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          setupFiles: ['test/integration/report-failures.ts'],
          testTimeout: 120_000,
          hookTimeout: 180_000,
          // The services, the cores and the container names are shared: one file at a time.
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'compose',
          include: ['test/compose/**/*.test.ts'],
          testTimeout: 60_000,
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'attacks',
          include: ['test/attacks/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 180_000,
          // After the integration tests, which measure time.
          sequence: { groupOrder: 1 },
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'chaos',
          include: ['test/chaos/**/*.test.ts'],
          // Alone and last: it restarts the container engine.
          sequence: { groupOrder: 2 },
          fileParallelism: false,
        },
      },
    ],
  },
});
