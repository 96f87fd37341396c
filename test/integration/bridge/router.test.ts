import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openControlFile } from '../../../bridge/control-file.js';
import type { BridgeSetting } from '../../../domain/cutover/bridge-control.js';
import { ledgerOf } from '../../../domain/cutover/bridge-report.js';
import { isInShare } from '../../../domain/grading/share-hash.js';
import { eventually } from '../eventually.js';
import { testServices } from '../services-fixture.js';
import { startTcpProxy } from '../tcp-proxy.js';
import type { BridgeFixture } from './bridge-fixture.js';
import { createBridgeFixture } from './bridge-fixture.js';

let fixture: BridgeFixture;
beforeEach(async () => {
  fixture = await createBridgeFixture();
});
afterEach(() => fixture.clean());

const person = { by: 'test', why: 'to see' };
const set = (setting: Partial<BridgeSetting>) =>
  fixture.control.set({ mode: 'router', share: 0, salt: 'test', ...setting, ...person });

async function publishMany(count: number): Promise<readonly number[]> {
  const ids = Array.from({ length: count }, () => fixture.submissionId());
  for (const id of ids) {
    fixture.channel.sendToQueue(fixture.queue, Buffer.from(JSON.stringify({ submission_id: id })), {
      persistent: true,
    });
  }
  await fixture.channel.waitForConfirms();
  return ids;
}

/** What the legacy workers would receive. */
async function takeForwarded(count: number): Promise<readonly number[]> {
  const ids: number[] = [];
  await eventually(
    async () => {
      const message = await fixture.channel.get(`${fixture.queue}.legacy`, { noAck: true });
      if (message)
        ids.push((JSON.parse(message.content.toString()) as { submission_id: number }).submission_id);
      expect(ids).toHaveLength(count);
    },
    { everyMs: 0 },
  );
  return ids;
}

describe('a router', () => {
  test('starts exactly the ids in the share and forwards the others', async () => {
    const bridge = await fixture.start({ setting: { mode: 'router', share: 2_500 } });
    const ids = await publishMany(200);
    const ours = ids.filter((id) => isInShare(id, 2_500, 'test', 'route'));
    const theirs = await takeForwarded(ids.length - ours.length);
    expect(new Set(theirs)).toEqual(new Set(ids.filter((id) => !ours.includes(id))));
    await eventually(() => expect(bridge.health()).toMatchObject({ started: ours.length, inFlight: 0 }));
    for (const id of ours.slice(0, 10)) expect(await fixture.grading(id)).toBe('RUNNING');
    expect(ledgerOf([bridge.health()])).toMatchObject({ consumed: 200, isBalanced: true });
  });

  test('forwards body and properties unchanged, and what would act on the broker defused', async () => {
    await fixture.start({ setting: { mode: 'router', share: 0 } });
    const id = fixture.submissionId();
    const body = ` {"later":"é", "submission_id" : ${id} }\n`;
    await fixture.publish(body, {
      contentType: 'application/json',
      messageId: 'm-1',
      correlationId: 'c-1',
      priority: 3,
      timestamp: 1_700_000_000,
      headers: { team: 'a', nested: { depth: [1, 'two'] }, CC: [`${fixture.queue}.copy`] },
    });
    const message = await eventually(async () => {
      const found = await fixture.channel.get(`${fixture.queue}.legacy`, { noAck: true });
      if (!found) throw new Error('nothing was forwarded');
      return found;
    });
    expect(message.content.toString()).toBe(body);
    expect(message.properties).toMatchObject({
      contentType: 'application/json',
      messageId: 'm-1',
      correlationId: 'c-1',
      priority: 3,
      timestamp: 1_700_000_000,
      deliveryMode: 2,
      headers: { team: 'a', nested: { depth: [1, 'two'] }, 'x-original-cc': [`${fixture.queue}.copy`] },
    });
  });

  test('keeps a message whose grading runs here since a larger share, redelivered or published again', async () => {
    const bridge = await fixture.start({ followsControl: true, setting: { mode: 'router', share: 10_000 } });
    const [id] = await publishMany(1);
    await eventually(() => expect(bridge.health().started).toBe(1));
    await set({ mode: 'off' });
    await eventually(() => expect(bridge.health().state).toBe('off'));
    await fixture.publish(JSON.stringify({ submission_id: id }));
    const taken = await fixture.channel.get(fixture.queue);
    if (!taken) throw new Error('the message is not there');
    fixture.channel.nack(taken, false, true);
    await set({ share: 0 });
    await eventually(() => expect(bridge.health()).toMatchObject({ joined: 1, forwarded: 0 }));
    await fixture.publish(JSON.stringify({ submission_id: id }));
    await eventually(() => expect(bridge.health()).toMatchObject({ joined: 2, forwarded: 0 }));
    expect(await fixture.requestsToGradeAgain(Number(id))).toBe(2);
    await fixture.complete(Number(id));
    await fixture.publish(JSON.stringify({ submission_id: id }));
    await eventually(() => expect(bridge.health()).toMatchObject({ joined: 2, forwarded: 1 }));
  });

  test('loses nothing when the legacy queue is gone, and makes it again', async () => {
    const bridge = await fixture.start({ setting: { mode: 'router', share: 0 } });
    await eventually(() => expect(bridge.health().state).toBe('consuming'));
    await fixture.channel.deleteQueue(`${fixture.queue}.legacy`);
    const ids = await publishMany(20);
    await eventually(() => expect(bridge.health().forwarded).toBe(20));
    expect(new Set(await takeForwarded(20))).toEqual(new Set(ids));
    expect(bridge.health().givenBack).toBeGreaterThan(0);
    expect(ledgerOf([bridge.health()]).isBalanced).toBe(true);
  });
});

describe('a queue of the legacy workers that is full', () => {
  test('holds up no message but theirs, is told by the health, and gets each once there is room', async () => {
    const legacy = `${fixture.queue}.legacy`;
    await fixture.channel.deleteQueue(legacy);
    await fixture.channel.assertQueue(legacy, {
      durable: true,
      arguments: { 'x-max-length': 2, 'x-overflow': 'reject-publish' },
    });
    const bridge = await fixture.start({ setting: { mode: 'router', share: 5_000 } });
    const ids = await publishMany(40);
    const ours = ids.filter((id) => isInShare(id, 5_000, 'test', 'route'));
    await eventually(() => {
      expect(bridge.health()).toMatchObject({ started: ours.length, isHealthy: false });
      expect(bridge.health().unavailableReason).toContain(`${legacy} does not take messages`);
    });
    expect(bridge.health()).toMatchObject({ state: 'consuming', joined: 0 });
    // Each once, as no session ended between a copy and its ack.
    const theirs = await takeForwarded(ids.length - ours.length);
    expect(new Set(theirs).size).toBe(theirs.length);
    await eventually(() =>
      expect(bridge.health()).toMatchObject({ isHealthy: true, forwarded: theirs.length, inFlight: 0 }),
    );
    expect(ledgerOf([bridge.health()])).toMatchObject({ consumed: ids.length, isBalanced: true });
  });
});

describe('the mode', () => {
  test('changes at run time, for every bridge of the queue', async () => {
    const bridges = [
      await fixture.start({ followsControl: true }),
      await fixture.start({ followsControl: true }),
    ];
    const all = (state: string, mode: string) =>
      eventually(() => {
        for (const bridge of bridges) {
          expect(bridge.health()).toMatchObject({ state, control: { mode }, isHealthy: true });
        }
      });
    await all('consuming', 'equal');
    await set({ mode: 'off' });
    await all('off', 'off');
    await publishMany(3);
    expect(await fixture.waiting()).toBe(3);
    for (const mode of ['standby', 'primary', 'paced'] as const) {
      await set({ mode, share: 10_000 });
      await all('consuming', mode);
    }
    await eventually(async () => expect(await fixture.waiting()).toBe(0));
    await set({ share: 0 });
    await all('consuming', 'router');
    await publishMany(1);
    await takeForwarded(1);
  });

  test('that was set last is obeyed after a start without Temporal, and everything is forwarded', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'bridge-control-'));
    const controlFile = openControlFile(directory, 'any', fixture.queue);
    const first = await fixture.start({ followsControl: true, controlFile });
    await set({ share: 10_000 });
    await eventually(() => expect(first.health()).toMatchObject({ control: { mode: 'router', version: 1 } }));
    await first.close();

    const second = await fixture.start({
      followsControl: true,
      controlFile: openControlFile(directory, 'any', fixture.queue),
      temporalAddress: '127.0.0.1:1',
      failOpenAfterMs: 1_000,
    });
    const ids = await publishMany(5);
    expect(new Set(await takeForwarded(5))).toEqual(new Set(ids));
    expect(second.health()).toMatchObject({ forwarded: 5, failedOpen: 5, control: { version: 1 } });
  });

  test('fails open while Temporal is down, and comes back by itself', async () => {
    const temporal = await startTcpProxy(testServices().temporalAddress);
    const bridge = await fixture.start({
      followsControl: true,
      setting: { mode: 'router', share: 10_000 },
      temporalAddress: temporal.address,
    });
    await publishMany(3);
    await eventually(() => expect(bridge.health()).toMatchObject({ started: 3, failOpenMs: undefined }));
    await temporal.down();
    const downAt = Date.now();
    await publishMany(3);
    await takeForwarded(3);
    process.stdout.write(`Temporal cut: forwarded to the legacy workers after ${Date.now() - downAt} ms\n`);
    expect(bridge.health().failOpenMs).toBeGreaterThan(5_000);
    expect(bridge.health().isHealthy).toBe(true);
    await temporal.up();
    const upAt = Date.now();
    await eventually(() => expect(bridge.health().failOpenMs).toBeUndefined());
    process.stdout.write(`Temporal back: routing again after ${Date.now() - upAt} ms\n`);
    await publishMany(3);
    await eventually(() => expect(bridge.health().started).toBe(6));
    await bridge.close();
    await temporal.down();
  });
});

describe('a bridge that competes', () => {
  test('leaves messages on the broker while too many gradings wait', async () => {
    let count = 51;
    const bridge = await fixture.start({ readBacklog: () => Promise.resolve({ count, oldestMs: 0 }) });
    await eventually(() => expect(bridge.health()).toMatchObject({ state: 'full', isHealthy: true }));
    const before = bridge.health().started;
    await publishMany(2);
    expect(await fixture.waiting()).toBe(2);
    count = 10;
    await eventually(() => expect(bridge.health().started).toBe(before + 2));
  });
});
