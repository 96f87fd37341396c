import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { SettingsError } from '../platform/settings/settings-error.js';
import type { HostIdWatch, SeenPoller } from './host-id-watch.js';
import { watchHostId } from './host-id-watch.js';

const own = 'grading-host-a 2@box';
const other = 'grading-host-a 1@box';
let watch: HostIdWatch | undefined;
afterEach(() => watch?.close());

/** @param lastSeen of each poller, in seconds, at the n-th look. */
function begin(lastSeen: (look: number) => Readonly<Record<string, number>>): readonly SettingsError[] {
  const taken: SettingsError[] = [];
  let looks = 0;
  watch = watchHostId({
    hostId: 'a',
    ownIdentity: own,
    pollers: async (): Promise<readonly SeenPoller[]> => {
      const seen = Object.entries(lastSeen(looks++));
      return seen.map(([identity, seconds]) => ({ identity, lastSeen: new Date(seconds * 1000) }));
    },
    onTaken: (error) => taken.push(error),
    everyMs: 5,
    overlapMs: 5,
  });
  return taken;
}

test('a worker whose HOST_ID another one uses refuses, and names it', async () => {
  const taken = begin((look) => ({ [own]: look, [other]: 100 + look }));
  await expect.poll(() => taken.length).toBe(1);
  expect(taken[0]).toBeInstanceOf(SettingsError);
  expect(taken[0]?.message).toMatch(/Another worker has the HOST_ID a: grading-host-a 1@box\. .*HOST_ID=a-2/);
});

test.each([
  ['the one before it on this host, which is gone', () => ({ [other]: 100 })],
  ['itself alone', (look: number) => ({ [own]: look })],
  ['a newcomer, which has to refuse itself', (look: number) => (look === 0 ? {} : { [other]: look })],
])('a worker that sees %s goes on', async (_what, seen) => {
  const taken = begin(seen);
  await sleep(100);
  expect(taken).toEqual([]);
});
