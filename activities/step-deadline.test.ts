import { MockActivityEnvironment } from '@temporalio/testing';
import { describe, expect, it } from 'vitest';
import { StepDeadlineExceededError } from './errors.js';
import { withinDeadline } from './step-deadline.js';

const minute = 60_000;
const noSpace = new Error('no space left');

function attempt(details: unknown, counts?: (error: unknown) => boolean) {
  const environment = new MockActivityEnvironment(details === undefined ? {} : { heartbeatDetails: details });
  const beats: unknown[] = [];
  environment.on('heartbeat', (beat) => beats.push(beat));
  const failing = () => Promise.reject(noSpace);
  const ended = environment
    .run(() => withinDeadline(30 * minute, failing, counts))
    .catch((error: unknown) => error);
  return { ended, beats };
}

describe('a step that fails on end', () => {
  it('is tried again before the deadline, and tells the next attempt since when', async () => {
    const { ended, beats } = attempt(undefined);
    expect(await ended).toBe(noSpace);
    expect(beats).toEqual([{ failingSince: expect.any(Number), failedAt: expect.any(Number) }]);
    const failingSince = Date.now() - 29 * minute;
    const later = attempt({ failingSince, failedAt: Date.now() - 10_000 });
    expect(await later.ended).toBe(noSpace);
    expect(later.beats).toMatchObject([{ failingSince }]);
  });

  it('is given up after it', async () => {
    const { ended } = attempt({ failingSince: Date.now() - 31 * minute, failedAt: Date.now() - 10_000 });
    expect(await ended).toBeInstanceOf(StepDeadlineExceededError);
  });

  it('is not given up for a failure before a long wait in the queue', async () => {
    const { ended, beats } = attempt({
      failingSince: Date.now() - 60 * minute,
      failedAt: Date.now() - 31 * minute,
    });
    expect(await ended).toBe(noSpace);
    expect(beats).toEqual([{ failingSince: expect.any(Number), failedAt: expect.any(Number) }]);
  });

  it('is given up in time where the clock was put back since', async () => {
    const before = { failingSince: Date.now() + 60 * minute, failedAt: Date.now() + 61 * minute };
    const { ended, beats } = attempt(before);
    expect(await ended).toBe(noSpace);
    const [beat] = beats as { failingSince: number }[];
    expect(beat?.failingSince).toBeLessThanOrEqual(Date.now());
  });

  it('is not given up for what is to be waited out', async () => {
    const since = { failingSince: Date.now() - 31 * minute, failedAt: Date.now() - 10_000 };
    expect(await attempt(since, () => false).ended).toBe(noSpace);
  });
});
