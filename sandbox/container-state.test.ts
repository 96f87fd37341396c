import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type Docker from 'dockerode';
import { describe, expect, it } from 'vitest';
import { endedForMemory, stoodStill } from './container-state.js';

const engine = (...chunks: string[]) =>
  ({ getEvents: async () => Readable.from(chunks.map((chunk) => Buffer.from(chunk))) }) as unknown as Docker;
const event = (Action: string, ID: string) =>
  `${JSON.stringify({ Type: 'container', Action, Actor: { ID } })}\n`;

it.each([
  ['was paused', [event('pause', 'one')], true],
  ['was sent a signal, among others', [event('pause', 'two'), event('kill', 'one')], true],
  ['was paused, in two pieces', [event('pause', 'one').slice(0, 20), event('pause', 'one').slice(20)], true],
  ['has no events', [''], false],
  ['is another one', [event('pause', 'two')], false],
  ['did something else', [event('start', 'one')], false],
  ['is asked about at a proxy', ['<html>Sign in</html>'], false],
  ['gets garbage for events', ['\0\x01\x02', '{"Action":', '\n[]\nnull\n'], false],
  ['gets garbage without end', Array.from({ length: 40 }, () => 'x'.repeat(65_536)), false],
])('a container that %s', async (_what, chunks, expected) => {
  expect(await stoodStill(engine(...chunks), 'one')).toBe(expected);
});

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
