import { connectDocker, dockerAddress } from '../../../sandbox/docker.js';
import type { FaultKind } from '../fault.js';
import { memberNames } from '../members.js';

/** Our own processes killed and frozen, and the containers they use. */
export const processFaults: readonly FaultKind[] = [
  ...memberNames.flatMap((member): FaultKind[] => [
    {
      kind: `kill ${member}`,
      family: 'process',
      target: member,
      lastsMs: [0, 5_000],
      async inject({ members }) {
        await members.kill(member);
        return () => members.revive(member);
      },
    },
    {
      kind: `freeze ${member}`,
      family: 'process',
      target: member,
      lastsMs: [2_000, 60_000],
      inject: async ({ members }) => members.freeze(member),
    },
  ]),
  {
    kind: 'kill a container',
    family: 'process',
    target: 'container',
    lastsMs: [0, 0],
    async inject({ containers, places }) {
      // The engine may be the victim of another fault just now.
      const running = await containers().catch(() => []);
      const victim = running[Math.floor(Math.random() * running.length)];
      const engine = connectDocker(dockerAddress(places.dockerHost), 5_000);
      if (victim !== undefined)
        await engine
          .getContainer(victim)
          .kill()
          .catch(() => undefined);
      return () => undefined;
    },
  },
];
