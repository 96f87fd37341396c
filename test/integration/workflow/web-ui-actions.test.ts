import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { acceptedReport, fakeActivities } from '../../fakes/fake-activities.js';
import { heartbeatUntilCancelled } from '../../fakes/heartbeat-until-cancelled.js';
import type { GradingEnvironment, GradingHandle } from '../../grading-environment.js';
import { openGradingEnvironment } from '../../grading-environment.js';
import { uniqueName } from '../services-fixture.js';

let environment: GradingEnvironment;

beforeAll(async () => {
  environment = await openGradingEnvironment(process.env, uniqueName('web-ui-actions'));
});
afterAll(() => environment.close());

/** As the button of the web UI does, to the end of that workflow task: by default the first. */
async function reset(handle: GradingHandle, which: 'first' | 'last' = 'first'): Promise<void> {
  const { events } = await handle.fetchHistory();
  const tasks = (events ?? []).filter((event) => event.workflowTaskCompletedEventAttributes);
  const event = which === 'first' ? tasks[0] : tasks.at(-1);
  const { client } = environment;
  await client.workflowService.resetWorkflowExecution({
    namespace: client.options.namespace,
    workflowExecution: { workflowId: handle.workflowId, runId: (await handle.describe()).runId },
    reason: 'a test',
    workflowTaskFinishEventId: event?.eventId ?? null,
    requestId: randomUUID(),
  });
}

/** Of the run that is the latest now. */
function latest({ workflowId }: GradingHandle) {
  return environment.client.workflow.getHandle(workflowId).result();
}

/** Its first container never ends a test, as a host whose program hangs. */
function hangingAtFirst() {
  const fake = fakeActivities(2, {
    runTest: (input) =>
      input.leaseId === 'lease-1'
        ? heartbeatUntilCancelled(input)
        : Promise.resolve({ reports: input.testCaseIds.map(acceptedReport) }),
  });
  const runs = () => fake.inputs('runTest').length;
  return { fake, untilItRuns: () => expect.poll(runs, { timeout: 60_000 }).toBeGreaterThan(0) };
}

it('a running grading that is reset begins anew, and tells the backend once', async () => {
  const { fake, untilItRuns } = hangingAtFirst();
  await environment.withWorkers(fake.activities, async () => {
    const handle = await environment.start();
    await untilItRuns();
    await reset(handle);
    expect(await latest(handle)).toMatchObject({ verdict: 'Accepted', testsAccepted: 2 });
  });
  expect(fake.inputs('acquireContainer')).toHaveLength(2);
  expect(fake.inputs('notifyBackend')).toHaveLength(1);
});

it('a finished grading that is reset to its start grades again and tells the same verdict', async () => {
  const fake = fakeActivities(2);
  await environment.withWorkers(fake.activities, async () => {
    const handle = await environment.start();
    await handle.result();
    await reset(handle);
    expect(await latest(handle)).toMatchObject({ verdict: 'Accepted', testsAccepted: 2 });
  });
  const told = fake.inputs('notifyBackend');
  expect(told.map(({ overallStatus }) => overallStatus)).toEqual(['Accepted', 'Accepted']);
});

it('a finished grading that is reset to its end does nothing again', async () => {
  const fake = fakeActivities(2);
  await environment.withWorkers(fake.activities, async () => {
    const handle = await environment.start();
    await handle.result();
    await reset(handle, 'last');
    expect(await latest(handle)).toMatchObject({ verdict: 'Accepted', testsAccepted: 2 });
  });
  expect(fake.inputs('runTest')).toHaveLength(2);
});

it('a grading that is terminated tells nothing, and grades when its submission comes again', async () => {
  const { fake, untilItRuns } = hangingAtFirst();
  await environment.withWorkers(fake.activities, async () => {
    const handle = await environment.start();
    await untilItRuns();
    await handle.terminate('a test');
    expect(fake.inputs('notifyBackend')).toHaveLength(0);
    // As a redelivered message, or the sweep, starts it.
    const submissionId = Number(handle.workflowId.replace('grade-', ''));
    const again = await environment.start({ submissionId });
    expect(await again.result()).toMatchObject({ verdict: 'Accepted', testsAccepted: 2 });
  });
  expect(fake.inputs('notifyBackend')).toHaveLength(1);
});
