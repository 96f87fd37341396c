import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createActivities } from '../../../activities/create-activities.js';
import { projectRoot } from '../../../devstack/project-root.js';
import {
  gradeSubmissionType,
  gradeWorkflowId,
  gradingQueue,
} from '../../../domain/grading/grading-workflow.js';
import { createLogger } from '../../../platform/process/logger.js';
import { loadSettings } from '../../../platform/settings/settings.js';
import type { TemporalClient } from '../../../platform/temporal/connection.js';
import { createTemporalClient } from '../../../platform/temporal/connection.js';
import { ensureNamespace } from '../../../platform/temporal/namespace.js';
import { workerDeployment } from '../../../workers/deployment.js';
import { createGradingWorkers } from '../../../workers/worker.js';
import { facts, fakePlatform } from '../../fakes/fake-dependencies.js';
import { fakeSandbox } from '../../fakes/fake-sandbox.js';
import { testWorkflows } from '../../workflow-bundle.js';
import { eventually } from '../eventually.js';
import { testServices, uniqueName } from '../services-fixture.js';

const deploymentName = 'grading';
const address = testServices().temporalAddress;
/** Of its own: a current version would take the gradings of other tests. */
const namespace = uniqueName('versioning');
const platform = fakePlatform();
let native: NativeConnection;
let temporal: TemporalClient;

beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] });
  temporal = createTemporalClient({ ...loadSettings({}).temporal, address, namespace });
  await ensureNamespace(temporal, createLogger({ name: 'test', level: 'silent', format: 'json' }));
  native = await NativeConnection.connect({ address });
});

afterAll(async () => {
  await native.close();
  await temporal.close();
});

/** The commands of docs/upgrading.md. */
async function temporalCommand(...words: string[]): Promise<string> {
  const fetched = join(projectRoot, '.local/bin/temporal');
  const program = existsSync(fetched) ? fetched : 'temporal';
  const places = ['--address', address, '--namespace', namespace];
  return (await promisify(execFile)(program, ['worker', 'deployment', ...words, ...places])).stdout;
}

async function startHost(buildId: string) {
  const sandbox = fakeSandbox(1, `grading-host-${namespace}-${buildId}`);
  const workers = await createGradingWorkers({
    connection: native,
    namespace,
    activities: createActivities({ ...platform.deps, pool: sandbox }),
    workflows: testWorkflows(),
    reservations: sandbox,
    hostQueue: sandbox.hostQueue,
    poolSize: 1,
    workflowCacheSize: 10,
    shutdownForceMs: 3000,
    leasesHeld: () => sandbox.leasesHeld(),
    endLeases: () => sandbox.endLeases(),
    deployment: workerDeployment(
      loadSettings({ WORKER_DEPLOYMENT_NAME: deploymentName, WORKER_BUILD_ID: buildId }),
    ),
  });
  const running = workers.run();
  return { sandbox, stop: () => workers.shutdown(1000).then(() => running) };
}

/** The new version is known to the server once its workers have polled. */
async function setCurrent(buildId: string): Promise<void> {
  await eventually(
    () =>
      temporalCommand(
        'set-current-version',
        '--deployment-name',
        deploymentName,
        '--build-id',
        buildId,
        '--yes',
      ),
    { everyMs: 1000 },
  );
}

async function start(submissionId: number) {
  platform.submissions.set(submissionId, { ...facts, submissionId, testCaseIds: [401, 402, 403] });
  return temporal.client.workflow.start(gradeSubmissionType, {
    workflowId: gradeWorkflowId(submissionId),
    taskQueue: gradingQueue,
    args: [{ submissionId, origin: 'cli' }],
  });
}

it('a rolling upgrade ends gradings in flight on the version they began on', async () => {
  for (const id of [401, 402, 403]) platform.tests.set(id, { id, input: '', expectedOutput: '8' });
  const old = await startHost('1.0.0');
  await setCurrent('1.0.0');
  old.sandbox.executeMs = 8000;
  const inFlight = await start(1);
  await eventually(() => expect(old.sandbox.leasesHeld()).toBe(1));

  const fresh = await startHost('1.1.0');
  await setCurrent('1.1.0');
  expect(await (await start(2)).result()).toMatchObject({ verdict: 'Accepted' });
  expect(fresh.sandbox.maxLeases).toBe(1);
  const draining = await temporalCommand(
    'describe-version',
    '--deployment-name',
    deploymentName,
    '--build-id',
    '1.0.0',
  );
  expect(draining).toMatch(/draining/i);

  expect(await inFlight.result()).toMatchObject({ verdict: 'Accepted' });
  const { raw } = await inFlight.describe();
  expect(raw.workflowExecutionInfo?.versioningInfo?.deploymentVersion).toMatchObject({
    deploymentName,
    buildId: '1.0.0',
  });
  await old.stop();
  await fresh.stop();
});
