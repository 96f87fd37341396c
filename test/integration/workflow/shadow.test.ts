import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  shadowRecordMemo,
  shadowWorkflowId,
  submissionsPerShadowRun,
} from '../../../domain/parity/shadow-set.js';
import { heartbeatUntilCancelled } from '../../fakes/heartbeat-until-cancelled.js';
import type { GradingEnvironment } from '../../grading-environment.js';
import { openGradingEnvironment } from '../../grading-environment.js';
import { shadowFakes, startShadow } from '../../shadow-environment.js';
import { eventually } from '../eventually.js';
import { uniqueName } from '../services-fixture.js';

let environment: GradingEnvironment;
let nextId = Math.floor(Date.now() / 1000) * 1000;

beforeAll(async () => {
  environment = await openGradingEnvironment(process.env, uniqueName('shadow'));
});
afterAll(() => environment.close());

function ids(count: number): number[] {
  nextId += count;
  return Array.from({ length: count }, (_, index) => nextId - count + index);
}

const described = (submissionId: number) =>
  environment.client.workflow.getHandle(shadowWorkflowId(submissionId)).describe();

describe('a shadow set', () => {
  it('keeps both sides of each submission, and why ours failed', async () => {
    const [good = 0, bad = 0] = ids(2);
    await environment.withWorkers(shadowFakes([bad]), async () => {
      const set = await startShadow(environment, [good, bad]);
      expect(await set.result()).toEqual({ compared: 1, failed: 1, skipped: 0 });
    });
    const kept = await described(good);
    expect(kept.memo?.[shadowRecordMemo]).toMatchObject({
      submissionId: good,
      theirs: { status: 'Wrong Answer', score: 50 },
      ours: { verdict: 'Accepted', score: 100 },
      limits: { timeMs: 1000, memoryKb: 262_144 },
      tests: [
        [401, 'Accepted', 'Accepted', 2, 2, 3404, 3404],
        [402, 'Wrong Answer', 'Accepted', 2, 2, 3404, 3404],
      ],
    });
    expect(kept.searchAttributes).toMatchObject({ Parity: ['differs'], Origin: ['shadow'] });
    const failed = await described(bad);
    expect(failed.status.name).toBe('FAILED');
    expect(failed.searchAttributes).toMatchObject({ Parity: ['ours failed'] });
    expect(failed.memo?.[shadowRecordMemo]).toMatchObject({
      ours: null,
      failure: expect.stringContaining('without a verdict at step run'),
    });
  });

  it('of many is graded in runs with short histories', async () => {
    const many = ids(submissionsPerShadowRun + 5);
    await environment.withWorkers(shadowFakes(), async () => {
      const set = await startShadow(environment, many, { parallel: 20 });
      expect(await set.result()).toEqual({ compared: many.length, failed: 0, skipped: 0 });
      const runs: number[] = [];
      await eventually(async () => {
        runs.length = 0;
        const query = `WorkflowId = '${set.workflowId}'`;
        for await (const { runId } of environment.client.workflow.list({ query })) {
          const run = environment.client.workflow.getHandle(set.workflowId, runId);
          runs.push((await run.describe()).historyLength);
        }
        expect(runs).toHaveLength(2);
      });
      expect(Math.max(...runs)).toBeLessThan(2500);
    });
  });

  it('of a sweep takes what was shadowed before for done', async () => {
    const [first = 0, second = 0] = ids(2);
    const sweep = { share: 10_000, salt: 'cutover', lookBackMs: 1000, atMost: 10 };
    const pick = { kind: 'sweep', sweep } as const;
    await environment.withWorkers(shadowFakes([], [first, second]), async () => {
      expect(await (await startShadow(environment, [first])).result()).toMatchObject({ compared: 1 });
      const swept = await startShadow(environment, [], { pick });
      expect(await swept.result()).toEqual({ compared: 1, failed: 0, skipped: 1 });
      // By name it is graded again.
      expect(await (await startShadow(environment, [first])).result()).toMatchObject({ compared: 1 });
    });
  });

  it('that is cancelled cancels what it has under way, and keeps no result of it', async () => {
    const [one = 0, two = 0] = ids(2);
    const fakes = { ...shadowFakes(), runTest: heartbeatUntilCancelled };
    await environment.withWorkers(fakes, async () => {
      const set = await startShadow(environment, [one, two], { parallel: 1 });
      await eventually(async () => expect((await described(one)).status.name).toBe('RUNNING'));
      await set.cancel();
      await expect(set.result()).rejects.toThrow();
      expect((await described(one)).status.name).toBe('CANCELLED');
      expect((await described(one)).memo?.[shadowRecordMemo]).toBeUndefined();
      await expect(described(two)).rejects.toThrow(/not found/i);
    });
  });
});
