import { describe, expect, it } from 'vitest';
import { mountsBelow } from './mounts.js';

const mountinfo = `22 1 254:0 / / rw - ext4 /dev/vda rw
40 22 0:30 / /srv/a/.local/docker/overlay2/x/merged rw - overlay overlay rw
41 22 0:4 net:[1] /srv/a/.local/run/exec/netns/y rw - nsfs nsfs rw
42 22 0:31 / /srv/a/.local-other rw - tmpfs tmpfs rw
43 22 0:32 / /srv/with\\040blank/.local rw - tmpfs tmpfs rw
`;

describe('the mounts below a directory', () => {
  it('are listed innermost first, without those of directories whose name only begins alike', () => {
    expect(mountsBelow(['/srv/a/.local'], mountinfo)).toEqual([
      '/srv/a/.local/run/exec/netns/y',
      '/srv/a/.local/docker/overlay2/x/merged',
    ]);
  });

  it('are read with blanks in their path', () => {
    expect(mountsBelow(['/srv/with blank/.local'], mountinfo)).toEqual(['/srv/with blank/.local']);
  });
});
