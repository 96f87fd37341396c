import getPort from 'get-port';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Bridge } from '../../../bridge/bridge.js';
import { gradeWorkflowId } from '../../../domain/grading/grading-workflow.js';
import { eventually } from '../eventually.js';
import type { BridgeFixture } from './bridge-fixture.js';
import { createBridgeFixture, headersOf } from './bridge-fixture.js';

let fixture: BridgeFixture;
beforeEach(async () => {
  fixture = await createBridgeFixture();
});
afterEach(() => fixture.clean());

const header = { classId: 3, isTest: true, problemTitle: 'Two Sum', language: 'cpp' };

function consuming(bridge: Bridge): Promise<void> {
  return eventually(() => expect(bridge.health().state).toBe('consuming'));
}

describe('a submission', () => {
  test('becomes a running grading, and its message is gone', async () => {
    const bridge = await fixture.start({ findHeader: () => Promise.resolve(header) });
    const id = await fixture.publishSubmission();
    await eventually(async () => expect(await fixture.grading(id)).toBe('RUNNING'));
    await eventually(() =>
      expect(bridge.health()).toMatchObject({ started: 1, inFlight: 0, quarantined: 0 }),
    );
    expect(await fixture.waiting()).toBe(0);

    const execution = await fixture.temporal.client.workflow.getHandle(gradeWorkflowId(id)).describe();
    expect(execution.type).toBe('gradeSubmission');
    expect(execution.taskQueue).toBe('grading');
    expect(execution.priority).toMatchObject({ priorityKey: 3, fairnessKey: '3' });
    expect(execution.searchAttributes).toMatchObject({ SubmissionId: [String(id)], Origin: ['bridge'] });
    expect(await execution.staticSummary()).toBe(`Two Sum · cpp · #${id}`);
  });

  test('published twice before a worker has begun joins the grading, which has still to look at it', async () => {
    const bridge = await fixture.start();
    const id = await fixture.publishSubmission();
    await fixture.publish(JSON.stringify({ submission_id: id }));
    await eventually(() => expect(bridge.health()).toMatchObject({ started: 1, joined: 1 }));
    expect(await fixture.requestsToGradeAgain(id)).toBe(0);
  });

  test('published again on purpose after its grading is graded again', async () => {
    const bridge = await fixture.start();
    const id = await fixture.publishSubmission();
    await fixture.complete(id);
    await fixture.publish(JSON.stringify({ submission_id: id }));
    await eventually(() => expect(bridge.health()).toMatchObject({ started: 2, joined: 0 }));
  });

  test('redelivered after its grading is graded again: it may ask for a grading of tests that changed since', async () => {
    const first = await fixture.start();
    const id = await fixture.publishSubmission();
    await eventually(() => expect(first.health().started).toBe(1));
    await fixture.complete(id);
    await first.close();

    await fixture.publish(JSON.stringify({ submission_id: id }));
    const taken = await fixture.channel.get(fixture.queue);
    if (!taken) throw new Error('the message is not there');
    fixture.channel.nack(taken, false, true);

    const second = await fixture.start();
    await eventually(() => expect(second.health()).toMatchObject({ started: 1 }));
    expect(await fixture.grading(id)).toBe('RUNNING');
    expect(await fixture.waiting()).toBe(0);
  });

  test('that the database does not have is looked for again and then quarantined', async () => {
    let looks = 0;
    await fixture.start({
      findHeader: (id) => {
        // With no id it is asked whether the database answers.
        if (id !== 0) looks += 1;
        return Promise.resolve(undefined);
      },
    });
    const id = await fixture.publishSubmission();
    const message = await fixture.quarantined();
    expect(headersOf(message)).toMatchObject({
      'x-quarantine-reason': 'no-such-submission',
      'x-quarantine-detail': `the database has no submission ${id}`,
    });
    expect(looks).toBe(5);
    expect(await fixture.grading(id)).toBeUndefined();
  });

  test('published before the platform has committed it is graded all the same', async () => {
    let looks = 0;
    const bridge = await fixture.start({
      findHeader: (id) => {
        if (id !== 0) looks += 1;
        return Promise.resolve(looks < 3 ? undefined : header);
      },
    });
    await fixture.publishSubmission();
    await eventually(() => expect(bridge.health()).toMatchObject({ started: 1, quarantined: 0 }));
  });

  test('that no submission has is quarantined, not started, when the database comes back: Temporal alone would know of it', async () => {
    let isDown = false;
    const missing = fixture.submissionId();
    const bridge = await fixture.start({
      findHeader: async (id) => {
        if (isDown) throw new Error('database is down');
        return id === missing ? undefined : header;
      },
    });
    await eventually(() => expect(bridge.health().state).toBe('consuming'));
    isDown = true;
    await fixture.publish(JSON.stringify({ submission_id: missing }));
    const id = await fixture.publishSubmission();
    await eventually(() =>
      expect(bridge.health().unavailableReason).toContain('the database does not answer: database is down'),
    );
    await eventually(async () => expect(await fixture.waiting()).toBe(2));
    isDown = false;
    expect(headersOf(await fixture.quarantined())['x-quarantine-reason']).toBe('no-such-submission');
    await eventually(async () => expect(await fixture.grading(id)).toBe('RUNNING'));
    expect(await fixture.grading(missing)).toBeUndefined();
  });
});

describe('a bad message', () => {
  test.each(['equal', 'router'] as const)(
    'with a header that can be received but not sent is quarantined without it in mode %s',
    async (mode) => {
      const bridge = await fixture.start({ setting: { mode } });
      // A table with an entry named "!", which amqplib reads as the name of a type.
      const table = { '!': 'object', value: { '!': 'nonsense', value: 1 } };
      const body = mode === 'router' ? `{"submission_id": ${fixture.submissionId()}}` : 'not json';
      await fixture.publish(body, { headers: { table } });
      const message = await fixture.quarantined();
      expect(message.content.toString()).toBe(body);
      expect(headersOf(message)).toMatchObject({
        'x-quarantine-reason': mode === 'router' ? 'cannot-be-forwarded' : 'not-json',
        'x-quarantine-headers-dropped': true,
      });
      await eventually(() => expect(bridge.health()).toMatchObject({ quarantined: 1, state: 'consuming' }));
    },
  );

  test.each([
    ['that is not JSON', 'not-json', 'submission 5'],
    ['without an id', 'no-submission-id', '{"id": 5}'],
    ['with an id of another type', 'invalid-submission-id', '{"submission_id": "5"}'],
    ['that is an array', 'not-an-object', '[5]'],
    ['that is huge', 'too-large', `{"submission_id": 5, "x": "${'x'.repeat(300_000)}"}`],
    ['that is empty', 'not-json', ''],
  ])('%s is quarantined unchanged, and the next one is served', async (_name, reason, body) => {
    const bridge = await fixture.start();
    await fixture.publish(body, {
      messageId: 'm-1',
      expiration: '600000',
      headers: { team: 'a', CC: [fixture.queue.concat('.copy')] },
    });
    await fixture.publishSubmission();
    await eventually(() => expect(bridge.health()).toMatchObject({ started: 1, quarantined: 1 }));

    const message = await fixture.quarantined();
    expect(message.content.toString()).toBe(body);
    expect(message.properties).toMatchObject({ messageId: 'm-1', deliveryMode: 2, expiration: undefined });
    expect(headersOf(message)).toMatchObject({
      team: 'a',
      'x-quarantine-reason': reason,
      'x-quarantine-detail': expect.any(String),
      'x-quarantine-at': expect.stringMatching(/^\d{4}-/),
    });
    expect(await fixture.waiting()).toBe(0);
  });
});

describe('the bridge', () => {
  test('declares the queue as every party does where it is missing', async () => {
    await fixture.channel.deleteQueue(fixture.queue);
    const bridge = await fixture.start();
    await consuming(bridge);
    await fixture.channel.assertQueue(fixture.queue, { durable: true });
  });

  test('tells its health', async () => {
    const bridge = await fixture.start({ healthPort: await getPort() });
    await consuming(bridge);
    const ask = (path: string) => fetch(`http://127.0.0.1:${bridge.healthPort}${path}`);
    expect((await ask('/healthz')).status).toBe(200);
    const ready = await ask('/readyz');
    expect(ready.status).toBe(200);
    expect(await ready.json()).toMatchObject({ state: 'consuming', started: 0 });
    expect((await ask('/')).status).toBe(404);
  });

  test('gives back what it has in flight and is gone quickly when it closes', async () => {
    const bridge = await fixture.start();
    await consuming(bridge);
    for (let index = 0; index < 10; index += 1) await fixture.publishSubmission();
    const began = Date.now();
    await bridge.close();
    expect(Date.now() - began).toBeLessThan(5_000);
    const { consumerCount, messageCount } = await fixture.channel.checkQueue(fixture.queue);
    expect(consumerCount).toBe(0);
    expect(bridge.health()).toMatchObject({ state: 'closed', started: 10 - messageCount });
  });
});
