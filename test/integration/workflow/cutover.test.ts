import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createCutoverActivities } from '../../../activities/cutover.js';
import type { CutoverPlan, CutoverStep } from '../../../domain/cutover/cutover-plan.js';
import type {
  CutoverInput,
  CutoverOrder,
  CutoverStatus,
  CutoverVerb,
} from '../../../domain/cutover/cutover-run.js';
import { cutoverStatusQuery, cutoverType } from '../../../domain/cutover/cutover-run.js';
import { gradingQueue } from '../../../domain/grading/grading-workflow.js';
import { createLogger } from '../../../platform/process/logger.js';
import { loadSettings } from '../../../platform/settings/settings.js';
import { createTemporalClient } from '../../../platform/temporal/connection.js';
import { ensureNamespace } from '../../../platform/temporal/namespace.js';
import { fakeCutover } from '../../fakes/fake-cutover.js';
import { testWorkflows } from '../../workflow-bundle.js';
import { eventually } from '../eventually.js';
import { testServices, uniqueName } from '../services-fixture.js';

const { temporalAddress: address, namespace: shared } = testServices();
const namespace = `${shared}-cutover`;
let native: NativeConnection;
let connection: Connection;
let client: Client;
let worker: Worker;
let working: Promise<void>;

const platform = fakeCutover();

beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] });
  const temporal = createTemporalClient({ ...loadSettings({}).temporal, address, namespace });
  await ensureNamespace(temporal, createLogger({ name: 'test', level: 'silent', format: 'json' }));
  await temporal.close();
  native = await NativeConnection.connect({ address });
  connection = await Connection.connect({ address });
  client = new Client({ connection, namespace });
  worker = await Worker.create({
    connection: native,
    namespace,
    taskQueue: gradingQueue,
    activities: createCutoverActivities(platform.deps),
    ...testWorkflows(),
  });
  working = worker.run();
});
afterAll(async () => {
  worker.shutdown();
  await working;
  await native.close();
  await connection.close();
});
beforeEach(() => platform.reset());

const gate = { metric: 'system-error-rate', max: 0.01, minSamples: 10 } as const;
const step = (share: number, more: Partial<CutoverStep> = {}): CutoverStep => ({
  mode: 'router',
  share,
  holdMs: 0,
  gates: [],
  manual: false,
  ...more,
});
const person: CutoverOrder = { by: 'alice', why: 'to see' };

async function start(steps: readonly CutoverStep[], more: Partial<CutoverPlan> = {}) {
  const plan: CutoverPlan = {
    name: 'test',
    steps,
    onFail: 'rollback',
    rollback: { mode: 'router', share: 0 },
    checkEveryMs: 1_000,
    ...more,
  };
  const input: CutoverInput = { queue: 'q', plan, salt: 's', by: 'alice', why: 'a test' };
  const handle = await client.workflow.start(cutoverType, {
    workflowId: uniqueName('cutover'),
    taskQueue: gradingQueue,
    args: [input],
  });
  return {
    ended: () => handle.result() as Promise<CutoverStatus>,
    memo: async () => (await handle.describe()).memo,
    order: (verb: CutoverVerb, order = person) => handle.signal(verb, order),
    reaches: (phase: CutoverStatus['phase'], at = 0) =>
      eventually(async () => {
        const status = await handle.query<CutoverStatus>(cutoverStatusQuery);
        expect([status.phase, status.step]).toEqual([phase, at]);
        return status;
      }),
  };
}

const shares = () => platform.controls.map(({ share }) => share);

describe('a cutover', () => {
  test('sets each step once its predecessor has passed, and says who, why and on what evidence', async () => {
    platform.measured = { 'system-error-rate': { value: 0, samples: 12 } };
    const run = await start([step(100, { gates: [gate] }), step(5_000), step(10_000)]);
    const status = await run.ended();
    expect(status.phase).toBe('completed');
    // What its page shows without a worker.
    expect(await run.memo()).toMatchObject({
      Cutover: expect.arrayContaining([
        'plan test: completed, step 3 of 3',
        expect.stringContaining('set router 100 %'),
      ]),
    });
    expect(shares()).toEqual([100, 5_000, 10_000]);
    expect(platform.controls[1]).toMatchObject({
      by: 'alice',
      cutover: 'test',
      why: 'step 2 of 3 of plan test',
    });
    expect(platform.controls[1]?.evidence).toEqual(['pass: system-error-rate 0 % ≤ 1 % (12 of 10 required)']);
    expect(status.events.map(({ what }) => what)).toEqual([
      'started plan test',
      'set router 1 %',
      'passed router 1 %',
      'set router 50 %',
      'passed router 50 %',
      'set router 100 %',
      'passed router 100 %',
      'completed',
    ]);
  });

  test('rolls back when a gate fails', async () => {
    platform.measured = { 'system-error-rate': { value: 0.5, samples: 12 } };
    const status = await (await start([step(100, { gates: [gate] }), step(5_000)])).ended();
    expect(status.phase).toBe('rolled-back');
    expect(shares()).toEqual([100, 0]);
    expect(platform.controls[1]?.why).toBe('a gate failed: system-error-rate 50 % > 1 % (12 of 10 required)');
  });

  test('pauses instead where the plan says so, and goes on when a person promotes', async () => {
    platform.measured = { 'system-error-rate': { value: 0.5, samples: 12 } };
    const run = await start([step(100, { gates: [gate] }), step(5_000)], { onFail: 'pause' });
    await run.reaches('paused');
    expect(shares()).toEqual([100]);
    await run.order('promote');
    expect((await run.ended()).phase).toBe('completed');
    expect(shares()).toEqual([100, 5_000]);
  });

  test('waits for data, and never passes without', async () => {
    platform.measured = { 'system-error-rate': { value: 0, samples: 9 } };
    const run = await start([step(100, { gates: [gate] })]);
    const status = await run.reaches('waiting-for-data');
    expect(status.waitsFor).toBe('system-error-rate 0 %, limit 1 % (9 of 10 required)');
    platform.measured = { 'system-error-rate': { value: 0, samples: 10 } };
    expect((await run.ended()).phase).toBe('completed');
  });

  test('waits for a person at a manual step; a full promotion goes to the last one', async () => {
    const run = await start([step(100, { manual: true }), step(2_500, { holdMs: 600_000 }), step(10_000)]);
    await run.reaches('waiting-for-promotion');
    await run.order('promote', { ...person, full: true });
    expect((await run.ended()).phase).toBe('completed');
    expect(shares()).toEqual([100, 2_500, 10_000]);
  });

  test('does not overwrite what an abort has set past it', async () => {
    const run = await start([step(100, { holdMs: 600_000 }), step(5_000)]);
    await run.reaches('holding');
    platform.tell({ mode: 'router', share: 0, salt: 's', by: 'bob', why: 'abort: smoke' });
    await run.order('abort', { by: 'bob', why: 'smoke' });
    const status = await run.ended();
    expect(status.phase).toBe('aborted');
    expect(shares()).toEqual([100, 0]);
    expect(status.events.at(-1)).toMatchObject({ by: 'bob', why: 'smoke', what: 'aborted: router 0 %' });
  });

  test('pauses when somebody else has set something, and a resumed step begins again', async () => {
    const run = await start([step(100, { holdMs: 3_000 }), step(5_000)]);
    await run.reaches('holding');
    platform.tell({ mode: 'off', share: 0, salt: 's', by: 'bob', why: 'lunch' });
    const status = await run.reaches('paused', 1);
    expect(status.waitsFor).toBe('a person: bob has set off meanwhile: lunch');
    expect(platform.controls.at(-1)?.mode).toBe('off');
    await run.order('resume');
    expect((await run.ended()).phase).toBe('completed');
    expect(shares()).toEqual([100, 0, 5_000]);
  });

  test('keeps the share while it is paused, and can be aborted then', async () => {
    const run = await start([step(100, { holdMs: 600_000 }), step(5_000)]);
    await run.reaches('holding');
    await run.order('pause');
    await run.reaches('paused');
    expect(shares()).toEqual([100]);
    await run.order('abort');
    expect((await run.ended()).phase).toBe('aborted');
    expect(shares()).toEqual([100, 0]);
  });

  test('takes the share back when its gates cannot be measured for long', async () => {
    platform.outage = 'connect ECONNREFUSED';
    const plan = { unmeasurableAfterMs: 3_000, onFail: 'pause' } as const;
    const run = await start([step(100, { gates: [gate] }), step(5_000)], plan);
    const waiting = await run.reaches('waiting-for-data');
    expect(waiting.waitsFor).toBe('system-error-rate cannot be measured: connect ECONNREFUSED');
    expect((await run.ended()).phase).toBe('rolled-back');
    expect(shares()).toEqual([100, 0]);
    expect(platform.controls[1]?.why).toMatch(
      /^a gate failed: not measurable for \d+ s: system-error-rate cannot be measured: connect ECONNREFUSED; not measurable/,
    );
  });

  test('pauses then where the plan says so', async () => {
    platform.outage = 'connect ECONNREFUSED';
    const plan = { unmeasurableAfterMs: 1_000, onUnmeasurable: 'pause' } as const;
    const run = await start([step(100, { gates: [gate] }), step(5_000)], plan);
    await run.reaches('paused');
    platform.outage = undefined;
    platform.measured = { 'system-error-rate': { value: 0, samples: 10 } };
    await run.order('resume');
    expect((await run.ended()).phase).toBe('completed');
    expect(shares()).toEqual([100, 100, 5_000]);
  });

  test('goes on when it can be measured again in time, and obeys orders meanwhile', async () => {
    platform.outage = 'connect ECONNREFUSED';
    const run = await start([step(100, { gates: [gate] }), step(5_000, { manual: true }), step(10_000)]);
    await run.reaches('waiting-for-data');
    platform.outage = undefined;
    platform.measured = { 'system-error-rate': { value: 0, samples: 10 } };
    await run.reaches('waiting-for-promotion', 1);
    platform.outage = 'connect ECONNREFUSED';
    await run.order('promote');
    expect((await run.ended()).phase).toBe('completed');
    expect(shares()).toEqual([100, 5_000, 10_000]);
  });
});
