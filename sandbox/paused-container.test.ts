import { Readable } from 'node:stream';
import type Docker from 'dockerode';
import { expect, test } from 'vitest';
import { stoodStill } from './paused-container.js';

const engine = (...chunks: string[]) =>
  ({ getEvents: async () => Readable.from(chunks.map((chunk) => Buffer.from(chunk))) }) as unknown as Docker;
const event = (Action: string, ID: string) =>
  `${JSON.stringify({ Type: 'container', Action, Actor: { ID } })}\n`;

test.each([
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
