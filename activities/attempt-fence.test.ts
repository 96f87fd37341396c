import { MockActivityEnvironment } from '@temporalio/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AttemptFence } from './attempt-fence.js';
import { AttemptExpiredError, fenceAttempt } from './attempt-fence.js';
import { createStallWatch } from './stall-watch.js';

let wallMs = 0;
const watch = () =>
  createStallWatch({ monotonic: () => performance.now(), wall: () => wallMs + performance.now() });

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
  wallMs = 0;
});
afterEach(() => {
  vi.useRealTimers();
});

function attempt(
  startToCloseTimeoutMs: number,
  stalls = watch(),
  environment = new MockActivityEnvironment({ startToCloseTimeoutMs }),
): Promise<AttemptFence> {
  return environment.run(async () => fenceAttempt(stalls)) as Promise<AttemptFence>;
}

describe('the fence of an attempt', () => {
  it('lets an attempt act until its time is nearly used up', async () => {
    const fence = await attempt(30_000);
    fence.assertCurrent();
    await vi.advanceTimersByTimeAsync(23_900);
    fence.assertCurrent();
    await vi.advanceTimersByTimeAsync(200);
    expect(() => fence.assertCurrent()).toThrow(AttemptExpiredError);
  });

  it('stops an attempt during which the process stood still, however long ago that was', async () => {
    const fence = await attempt(300_000);
    wallMs += 6_000;
    expect(() => fence.assertCurrent()).toThrow('stood still');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(() => fence.assertCurrent()).toThrow('stood still');
  });

  it('stops an attempt whose task was delivered right after a standstill, and not a later one', async () => {
    const stalls = watch();
    wallMs += 60_000;
    const delivered = await attempt(30_000, stalls);
    expect(() => delivered.assertCurrent()).toThrow('stood still');
    await vi.advanceTimersByTimeAsync(2_500);
    const later = await attempt(30_000, stalls);
    later.assertCurrent();
  });

  it('takes no notice of the short pauses of a busy process', async () => {
    const fence = await attempt(30_000);
    for (let pause = 0; pause < 5; pause += 1) {
      wallMs += 4_000;
      await vi.advanceTimersByTimeAsync(500);
      fence.assertCurrent();
    }
  });
});

describe('the fence of a step within a workflow task', () => {
  const local = { isLocal: true, startToCloseTimeoutMs: 2_000 } as const;

  it('ends with its own time, as its task is over soon after it', async () => {
    const fence = await attempt(0, watch(), new MockActivityEnvironment(local));
    await vi.advanceTimersByTimeAsync(950);
    fence.assertCurrent();
    await vi.advanceTimersByTimeAsync(100);
    expect(() => fence.assertCurrent()).toThrow(AttemptExpiredError);
  });

  it('stops it where the process stood still for two seconds during its task', async () => {
    const stalls = watch();
    wallMs += 2_000;
    stalls.lastShortEnd();
    await vi.advanceTimersByTimeAsync(1_000);
    const fence = await attempt(0, stalls, new MockActivityEnvironment(local));
    expect(() => fence.assertCurrent()).toThrow('stood still');
    await vi.advanceTimersByTimeAsync(5_000);
    (await attempt(0, stalls, new MockActivityEnvironment(local))).assertCurrent();
  });

  it('stops it once its task was lost or terminated', async () => {
    const environment = new MockActivityEnvironment(local);
    const fence = await attempt(0, watch(), environment);
    fence.assertCurrent();
    environment.cancel('CANCELLED');
    expect(() => fence.assertCurrent()).toThrow('task of this step is over');
  });
});
