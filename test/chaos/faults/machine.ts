import type { FaultKind } from '../fault.js';
import { memberNames, workerNames } from '../members.js';

/** What a host does to the processes on it: a full disk, and a clock that jumps. */
export const machineFaults: readonly FaultKind[] = [
  ...memberNames.map(
    (member): FaultKind => ({
      kind: `disk full, ${member}`,
      family: 'disk',
      target: member,
      lastsMs: [5_000, 20_000],
      needs: 'root, to mount',
      inject: async ({ members }) => members.fillDisk(member),
    }),
  ),
  ...workerNames.map(
    (member): FaultKind => ({
      kind: `clock step, ${member}`,
      family: 'clock',
      target: member,
      lastsMs: [5_000, 20_000],
      hows: ['+1h', '-1h', '+40', '-40'],
      needs: 'libfaketime',
      inject: async ({ members }, step) => members.stepClock(member, step),
    }),
  ),
];
