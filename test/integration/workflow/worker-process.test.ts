import { expect, it } from 'vitest';
import { createLogger } from '../../../platform/process/logger.js';
import { withReleases } from '../../../platform/process/release-stack.js';
import { loadSettings } from '../../../platform/settings/settings.js';
import type { Sandbox } from '../../../sandbox/index.js';
import type { OpenSandbox } from '../../../workers/open-sandbox.js';
import { runWorkerProcess } from '../../../workers/worker-process.js';
import { fakeSandbox } from '../../fakes/fake-sandbox.js';
import { testServices, uniqueName } from '../services-fixture.js';

it('ends in order when it is told to stop while it makes its workers', async () => {
  const { temporalAddress, namespace } = testServices();
  const settings = loadSettings({
    TEMPORAL_ADDRESS: temporalAddress,
    TEMPORAL_NAMESPACE: namespace,
    WORKER_HEALTH_PORT: '0',
  });
  const log = createLogger({ name: 'worker', level: 'silent', format: 'json' });
  const stop = new AbortController();
  let isClosed = false;
  const openSandbox: OpenSandbox = async () => {
    // The next turn of the event loop: the workers are being made then, which takes many.
    setImmediate(() => stop.abort());
    return {
      ...fakeSandbox(1, uniqueName('grading-host')),
      capacity: 1,
      stats: () => ({ leases: 0, hasMadeContainer: true }) as ReturnType<Sandbox['stats']>,
      async close() {
        isClosed = true;
      },
    };
  };
  await withReleases((releases) =>
    runWorkerProcess({ settings, log, stop: stop.signal, releases }, openSandbox),
  );
  expect(stop.signal.aborted).toBe(true);
  expect(isClosed).toBe(true);
});
