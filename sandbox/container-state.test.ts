import { setTimeout as sleep } from 'node:timers/promises';
import type Docker from 'dockerode';
import { describe, expect, it } from 'vitest';
import { endedForMemory } from './container-state.js';

/** As Docker 28 was seen to answer: its stream had ended while it still called the container running. */
function containerThatEnds({
  forMemory,
}: {
  forMemory: boolean;
}): Pick<Docker.Container, 'wait' | 'inspect'> {
  const ended = sleep(20).then(() => ({ StatusCode: 137 }));
  let hasEnded = false;
  void ended.then(() => (hasEnded = true));
  const inspect = async () => ({ State: { Running: !hasEnded, OOMKilled: hasEnded && forMemory } });
  return { wait: () => ended, inspect } as unknown as Docker.Container;
}

describe('a container whose runner was killed for want of memory', () => {
  it('is recognised although Docker has not seen its end yet', async () => {
    expect(await endedForMemory(containerThatEnds({ forMemory: true }))).toBe(true);
  });

  it('is told from one that ended otherwise', async () => {
    expect(await endedForMemory(containerThatEnds({ forMemory: false }))).toBe(false);
  });

  it('is not assumed where Docker does not answer', async () => {
    const refused = () => Promise.reject(new Error('no such container'));
    const gone = { wait: refused, inspect: refused } as unknown as Docker.Container;
    expect(await endedForMemory(gone)).toBe(false);
  });
});
