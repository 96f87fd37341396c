import type { TcpProxy } from '../../integration/tcp-proxy.js';
import type { FaultKind, Mend } from '../fault.js';
import { networkNames } from '../networks.js';

interface Trouble {
  readonly name: string;
  readonly lastsMs: readonly [number, number];
  readonly begin: (proxy: TcpProxy) => Mend;
}

const troubles: readonly Trouble[] = [
  {
    name: 'delay',
    lastsMs: [5_000, 20_000],
    begin(proxy) {
      proxy.delay(400);
      return () => proxy.delay(0);
    },
  },
  {
    // What packet loss looks like from above: nothing passes until they are sent again.
    name: 'stall',
    lastsMs: [2_000, 30_000],
    begin(proxy) {
      proxy.stall();
      return () => proxy.resume();
    },
  },
  {
    // As when a firewall forgets: what is open is dead for ever, and nobody is told; a new connection is served.
    name: 'half-open',
    lastsMs: [0, 0],
    begin(proxy) {
      proxy.freeze();
      return () => undefined;
    },
  },
  {
    // Again and again, so that it meets more than one moment.
    name: 'reset',
    lastsMs: [0, 5_000],
    begin(proxy) {
      proxy.reset();
      const again = setInterval(() => proxy.reset(), 700);
      return () => clearInterval(again);
    },
  },
];

/** The network before each service, by the relays. */
export const networkFaults: readonly FaultKind[] = networkNames.flatMap((network) =>
  troubles.map(
    ({ name, lastsMs, begin }): FaultKind => ({
      kind: `network ${name}, ${network}`,
      family: 'network',
      target: network,
      lastsMs,
      meetsMessages: network === 'rabbitmq',
      inject: async ({ networks }) => begin(networks.of(network)),
    }),
  ),
);
