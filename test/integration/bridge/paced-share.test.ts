import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startLegacyWorker } from '../../stand-ins/legacy-worker.js';
import { eventually } from '../eventually.js';
import { testServices } from '../services-fixture.js';
import type { BridgeFixture } from './bridge-fixture.js';
import { createBridgeFixture } from './bridge-fixture.js';

let fixture: BridgeFixture;
beforeEach(async () => {
  fixture = await createBridgeFixture();
});
afterEach(() => fixture.clean());

test('a paced share is taken beside many legacy workers that have room to spare', async () => {
  const bridge = await fixture.start({ setting: { mode: 'paced', share: 2_500 } });
  const { amqpUrl } = testServices();
  const theirs: number[] = [];
  const workers = Array.from({ length: 15 }, () =>
    startLegacyWorker({
      amqpUrl,
      queue: fixture.queue,
      gradeMs: 100,
      onGraded: (id) => theirs.push(id),
    }),
  );
  const ids = fixture.submissionIds(250);
  for (const id of ids) {
    await fixture.publish(JSON.stringify({ submission_id: id }));
    await sleep(30);
  }
  await eventually(() => expect(theirs.length + bridge.health().started).toBe(ids.length));
  await Promise.all(workers.map((worker) => worker.close()));
  expect(bridge.health().started / ids.length).toBeGreaterThan(0.15);
  expect(bridge.health().started / ids.length).toBeLessThan(0.35);
});
