import { expect, it } from 'vitest';
import { missingSources } from './missing-sources.js';

const all = { schedstat: true, cpuUsage: true, oomCounter: true, pidsCounter: true, hiding: true };

it('says of a kernel what it lacks, and what that means', () => {
  expect(missingSources(all)).toEqual([]);
  expect(missingSources({ ...all, hiding: false })).toEqual([
    expect.stringMatching(/no Landlock.*programs can read/),
  ]);
  expect(missingSources({ ...all, schedstat: false, oomCounter: false })).toHaveLength(2);
});
