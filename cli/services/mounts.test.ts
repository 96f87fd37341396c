import { describe, expect, it } from 'vitest';
import { mountsBelow } from './mounts.js';

const mountinfo = `22 1 254:0 / / rw - ext4 /dev/vda rw
40 22 0:30 / /work/a/.local/docker/overlay2/x/merged rw - overlay overlay rw
41 22 0:4 net:[1] /work/a/.local/run/exec/netns/y rw - nsfs nsfs rw
42 22 0:31 / /work/a/.local-other rw - tmpfs tmpfs rw
43 22 0:32 / /work/with\\040blank/.local rw - tmpfs tmpfs rw
`;

describe('the mounts below a directory', () => {
  it('are listed innermost first, without those of directories whose name only begins alike', () => {
    expect(mountsBelow(['/work/a/.local'], mountinfo)).toEqual([
      '/work/a/.local/run/exec/netns/y',
      '/work/a/.local/docker/overlay2/x/merged',
    ]);
  });

  it('are read with blanks in their path', () => {
    expect(mountsBelow(['/work/with blank/.local'], mountinfo)).toEqual(['/work/with blank/.local']);
  });
});
