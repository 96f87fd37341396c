import type { ChannelModel } from 'amqplib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { askBridges, changeAndConfirm } from '../../../cli/bridges/change-and-confirm.js';
import { drainLegacyQueue, findUnstarted, handBack } from '../../../cli/bridges/drain.js';
import { drop, dropSeen, listQuarantine, requeue } from '../../../cli/bridges/quarantine-store.js';
import type { CommandContext } from '../../../cli/context.js';
import { ControlConflictError } from '../../../domain/cutover/control-conflict-error.js';
import {
  bridgeReportsExchange,
  bridgeReportsExchangeOptions,
  collectBridgeReports,
} from '../../../platform/amqp/bridge-reports.js';
import { connectBroker } from '../../../platform/amqp/broker-connection.js';
import { createLogger } from '../../../platform/process/logger.js';
import { Secret } from '../../../platform/settings/secret.js';
import { loadSettings } from '../../../platform/settings/settings.js';
import { createGradingStarter } from '../../../platform/temporal/grading-starter.js';
import { eventually } from '../eventually.js';
import { testServices } from '../services-fixture.js';
import type { BridgeFixture } from './bridge-fixture.js';
import { createBridgeFixture } from './bridge-fixture.js';

let fixture: BridgeFixture;
let connection: ChannelModel;
let context: Pick<CommandContext, 'settings' | 'temporal' | 'control' | 'broker' | 'legacyBroker'>;
beforeEach(async () => {
  fixture = await createBridgeFixture();
  connection = await connectBroker(new Secret(testServices().amqpUrl), 'test');
  context = {
    settings: { ...loadSettings({}), queue: fixture.queue, legacyQueue: `${fixture.queue}.legacy` },
    temporal: fixture.temporal,
    control: fixture.control,
    broker: () => Promise.resolve(connection),
    legacyBroker: () => Promise.resolve(connection),
  };
});
afterEach(async () => {
  await connection.close();
  await fixture.clean();
});

const log = createLogger({ name: 'test', level: 'silent', format: 'json' });
const person = { salt: 's', by: 'test', why: 'to see' };

describe('quarantine', () => {
  test('lists messages under ids that stay, requeues one as it was, and drops another', async () => {
    const bridge = await fixture.start({ followsControl: true });
    await fixture.publish('{"id": 1}', { headers: { team: 'a' }, messageId: 'm-1' });
    await fixture.publish('not json');
    await eventually(() => expect(bridge.health().quarantined).toBe(2));
    const [first, second] = await listQuarantine(context);
    expect([first?.reason, second?.reason]).toEqual(['no-submission-id', 'not-json']);
    expect((await listQuarantine(context)).map(({ id }) => id)).toEqual([first?.id, second?.id]);

    await bridge.close();
    expect(await requeue(context, [String(first?.id)])).toBe(1);
    const back = await fixture.channel.get(fixture.queue, { noAck: true });
    if (!back) throw new Error('nothing was requeued');
    expect(back.content.toString()).toBe('{"id": 1}');
    expect(back.properties).toMatchObject({ messageId: 'm-1', deliveryMode: 2, headers: { team: 'a' } });
    expect(Object.keys(back.properties.headers ?? {})).toEqual(['team']);
    expect(await drop(context, 'all')).toBe(1);
    expect(await listQuarantine(context)).toEqual([]);
    await expect(drop(context, ['nothing'])).rejects.toThrow(/There is no message nothing in quarantine/);
  });
});

describe('two who look into the quarantine at once', () => {
  test('both see all of it, and both may delete what they saw', async () => {
    const target = `${fixture.queue}.quarantine`;
    await fixture.channel.assertQueue(target, { durable: true });
    for (let index = 0; index < 500; index++) fixture.channel.sendToQueue(target, Buffer.from(`${index}`));
    await fixture.channel.waitForConfirms();
    const other = await connectBroker(new Secret(testServices().amqpUrl), 'test');
    const others = { ...context, broker: () => Promise.resolve(other) };
    const looks = await Promise.all([context, context, others, others].map(listQuarantine));
    expect(looks.map(({ length }) => length)).toEqual([500, 500, 500, 500]);
    const seen = looks[0]?.map(({ id }) => id) ?? [];
    const dropped = await Promise.all([context, others].map((each) => dropSeen(each, seen)));
    expect(dropped.toSorted((a, b) => a - b)).toEqual([0, 500]);
    expect(await listQuarantine(context)).toEqual([]);
    await other.close();
  });
});

describe('draining', () => {
  test('moves the legacy queue back, every message unchanged', async () => {
    const bodies = Array.from({ length: 450 }, (_, index) => `{"submission_id": ${index + 1}}`);
    for (const body of bodies) {
      fixture.channel.sendToQueue(`${fixture.queue}.legacy`, Buffer.from(body), { persistent: true });
    }
    await fixture.channel.waitForConfirms();
    expect(await drainLegacyQueue(context)).toBe(450);
    expect(await fixture.waiting(`${fixture.queue}.legacy`)).toBe(0);
    const back = new Set<string>();
    for (let message = await fixture.channel.get(fixture.queue, { noAck: true }); message; ) {
      back.add(message.content.toString());
      message = await fixture.channel.get(fixture.queue, { noAck: true });
    }
    expect(back).toEqual(new Set(bodies));
  });

  test('hands gradings without a container back and ends them', async () => {
    const bridge = await fixture.start({ followsControl: true });
    const ids = [await fixture.publishSubmission(), await fixture.publishSubmission()];
    await eventually(() => expect(bridge.health().started).toBe(2));
    await bridge.close();
    await eventually(async () => {
      const submissionIds = await handBack(context, (await findUnstarted(context)).unstarted);
      for (const id of submissionIds) if (ids.includes(id)) ids.splice(ids.indexOf(id), 1);
      expect(ids).toEqual([]);
    });
    expect(await fixture.waiting()).toBeGreaterThanOrEqual(2);
  });

  test('leaves gradings of other queues and those that a person started alone', async () => {
    const other = await createBridgeFixture();
    const bridge = await other.start({ followsControl: true });
    const theirs = await other.publishSubmission();
    await eventually(() => expect(bridge.health().started).toBe(1));
    const byHand = fixture.submissionId();
    await createGradingStarter(fixture.temporal, log).startGrading({ submissionId: byHand, origin: 'cli' });
    await eventually(async () => {
      const { notOfQueue, unstarted } = await findUnstarted(context);
      const submissionIds = await handBack(context, unstarted);
      expect(submissionIds).toEqual([]);
      expect(notOfQueue).toBeGreaterThanOrEqual(2);
    });
    expect(await fixture.grading(byHand)).toBe('RUNNING');
    expect(await other.grading(theirs)).toBe('RUNNING');
    expect(await fixture.waiting()).toBe(0);
    await other.clean();
  });
});

describe('a change of the mode', () => {
  test('is confirmed by every bridge that is there', async () => {
    const bridges = [
      await fixture.start({ followsControl: true }),
      await fixture.start({ followsControl: true }),
    ];
    await eventually(() => {
      for (const bridge of bridges) expect(bridge.health().state).toBe('consuming');
    });
    const change = { mode: 'router', share: 2_500, ...person } as const;
    const { control, reports, missing, elapsedMs } = await changeAndConfirm(context, (store) =>
      store.set(change),
    );
    process.stdout.write(`two bridges obeyed after ${elapsedMs} ms\n`);
    expect(missing).toEqual([]);
    expect(reports.map((report) => report.control.version)).toEqual([control.version, control.version]);
    expect((await askBridges(context)).reports.map(({ id }) => id)).toHaveLength(2);
  });

  test('by two at a time succeeds for one only, and both are in the history', async () => {
    const change = { mode: 'off', share: 0, ...person } as const;
    const results = await Promise.allSettled([
      fixture.control.follow(0, change),
      fixture.control.follow(0, { ...change, mode: 'equal' }),
    ]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const refused = results.find((result) => result.status === 'rejected');
    expect(refused?.reason).toBeInstanceOf(ControlConflictError);
    await fixture.control.set({ ...change, why: 'abort' });
    expect(await fixture.control.newerThan(0)).toMatchObject({ version: 2, why: 'abort' });
    await eventually(async () =>
      expect((await fixture.control.history(10)).map(({ version }) => version)).toEqual([2, 1]),
    );
  });
});

describe('reports of the bridges', () => {
  test('are waited for where a bridge of a busy host answers late, and not where there is none', async () => {
    const exchange = bridgeReportsExchange(fixture.queue);
    const { channel } = fixture;
    expect(await collectBridgeReports(connection, fixture.queue, { timeoutMs: 10 })).toMatchObject({
      reports: [],
    });
    await channel.assertExchange(exchange, 'fanout', bridgeReportsExchangeOptions);
    const { queue: requests } = await channel.assertQueue('', { exclusive: true });
    await channel.bindQueue(requests, exchange, '');
    await channel.consume(
      requests,
      (request) => {
        const { replyTo = '', correlationId = '' } = request?.properties ?? {};
        setTimeout(() => channel.sendToQueue(replyTo, Buffer.from('late'), { correlationId }), 500);
      },
      { noAck: true },
    );
    const answers = await collectBridgeReports(connection, fixture.queue, { timeoutMs: 10 });
    expect(answers.unreadable).toHaveLength(1);
  });
});
