import { describe, expect, it } from 'vitest';
import { localStepsMs, TaskTime, workflowTaskTimeoutMs } from './task-time.js';

describe('the time of a workflow task', () => {
  it('is used up by the local steps that follow each other', () => {
    const time = new TaskTime();
    expect(time.leftMs(10_000)).toBe(localStepsMs);
    time.stepEnded(10_700);
    expect(time.leftMs(10_700)).toBe(localStepsMs - 700);
    time.stepEnded(12_000);
    expect(time.leftMs(12_000)).toBe(localStepsMs - 2_000);
  });

  it('is one for steps that run at once', () => {
    const time = new TaskTime();
    for (let step = 0; step < 4; step += 1) expect(time.leftMs(5_000)).toBe(localStepsMs);
    time.stepEnded(5_200);
    time.stepEnded(5_900);
    expect(time.leftMs(5_900)).toBe(localStepsMs - 900);
  });

  it('begins anew with the next task', () => {
    const time = new TaskTime();
    time.leftMs(1_000);
    time.stepEnded(3_900);
    expect(time.leftMs(3_900)).toBeLessThan(1_000);
    expect(time.leftMs(4_050)).toBe(localStepsMs);
  });

  it('ends before the server gives the task away', () => {
    expect(localStepsMs).toBeLessThan(0.8 * workflowTaskTimeoutMs);
  });
});
