/** Files whose tests run workers of Temporal in their own process: it allows one Runtime each, so each has a fork of its own. */
export const ownRuntime = [
  'test/integration/workflow/**/*.test.ts',
  'test/integration/platform/temporal-tls.test.ts',
  'test/integration/platform/worker-release.test.ts',
  'test/integration/monitoring/tracing.test.ts',
];
