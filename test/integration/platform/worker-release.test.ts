import { expect, test } from 'vitest';
import { createLogger } from '../../../platform/process/logger.js';
import { withReleases } from '../../../platform/process/release-stack.js';
import { loadSettings } from '../../../platform/settings/settings.js';
import type { Sandbox } from '../../../sandbox/index.js';
import { runWorkerProcess } from '../../../workers/worker-process.js';
import { testServices } from '../services-fixture.js';

const log = createLogger({ name: 'test', level: 'silent', format: 'json' });

test('a worker that fails, and then cannot release what it holds, tells both, the first failure first', async () => {
  const { temporalAddress, namespace } = testServices();
  const settings = loadSettings({ TEMPORAL_ADDRESS: temporalAddress, TEMPORAL_NAMESPACE: namespace });
  const stop = new AbortController().signal;
  const failure = await withReleases((releases) =>
    runWorkerProcess({ settings, log, stop, releases }, openBroken),
  ).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(AggregateError);
  const { errors } = failure as AggregateError;
  expect(errors.map(String)).toEqual(['Error: the first failure', 'Error: the containers cannot be removed']);
});

/** A sandbox whose host queue cannot be told, and that cannot be closed. */
async function openBroken(): Promise<Sandbox> {
  return {
    get hostQueue(): string {
      throw new Error('the first failure');
    },
    close: () => Promise.reject(new Error('the containers cannot be removed')),
  } as unknown as Sandbox;
}
