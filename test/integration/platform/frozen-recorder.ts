import { once } from 'node:events';
import { MockActivityEnvironment } from '@temporalio/testing';
import { fenceAttempt } from '../../../activities/attempt-fence.js';
import { createStallWatch } from '../../../activities/stall-watch.js';
import type { GradingResult } from '../../../domain/judging/submission.js';
import { createDatabase } from '../../../platform/postgres/database.js';
import { createSubmissionStore } from '../../../platform/postgres/submission-store.js';
import { createLogger } from '../../../platform/process/logger.js';
import { Secret } from '../../../platform/settings/secret.js';

/**
 * Records a verdict in a process of its own, which the tests freeze: begins an attempt, says "ready", records once it
 * is told to, and says what came of it. Arguments: database, submission, test case, status.
 */
const [url = '', submissionId = '', testCaseId = '', status = ''] = process.argv.slice(2);
const log = createLogger({ name: 'frozen-recorder', level: 'silent', format: 'json' });
const database = createDatabase({ url: new Secret(url), applicationName: 'frozen-recorder', log });
const store = createSubmissionStore(database, { recordResult: 'always' });
const result = {
  overallStatus: status,
  results: [
    {
      testCaseId: Number(testCaseId),
      status,
      executionTimeMs: 1,
      memoryUsedKb: 1,
      outputReceived: null,
      errorMessage: null,
    },
  ],
} as GradingResult;
const stalls = createStallWatch();
const attempt = async (): Promise<string> => {
  const fence = fenceAttempt(stalls);
  process.stdout.write('ready\n');
  await once(process.stdin, 'data');
  process.stdout.write('recording\n');
  try {
    return await store.recordResult(Number(submissionId), result, fence);
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
};
const environment = new MockActivityEnvironment({ startToCloseTimeoutMs: 30_000 });
process.stdout.write(`outcome ${String(await environment.run(attempt))}\n`);
stalls.close();
await database.close();
process.exit(0);
