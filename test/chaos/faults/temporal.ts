import { msToTs } from '@temporalio/common/lib/time.js';
import { loadSettings } from '../../../platform/settings/settings.js';
import { createTemporalClient } from '../../../platform/temporal/connection.js';
import type { FaultKind, World } from '../fault.js';

/** Temporal forgets what it was told. Running gradings are gone, so an operator has to bring them back. */
export const temporalFaults: readonly FaultKind[] = [
  {
    kind: 'namespace deleted',
    family: 'temporal',
    target: 'temporal',
    lastsMs: [0, 0],
    async inject({ places: { temporalAddress: address, namespace } }) {
      const temporal = createTemporalClient({ ...loadSettings({}).temporal, address, namespace });
      try {
        await temporal.connection.operatorService.deleteNamespace({
          namespace,
          namespaceDeleteDelay: msToTs(1),
        });
      } finally {
        await temporal.close();
      }
      return () => undefined;
    },
    aftermath,
  },
  {
    kind: 'Temporal empty',
    family: 'temporal',
    target: 'temporal',
    lastsMs: [0, 6_000],
    async inject({ services }) {
      await services.end('temporal', 'killed');
      services.emptyTemporal();
      return () => services.start('temporal');
    },
    aftermath,
  },
];

function aftermath({ operator }: World): Promise<void> {
  return operator.sweepAfterLoss();
}
