import { rabbitmqctlOf } from '../../integration/rabbitmqctl.js';
import type { FaultKind, Mend, World } from '../fault.js';

/** Alarms of the broker: whoever publishes is not read from any more, acknowledgements included. */
export const brokerFaults: readonly FaultKind[] = [
  alarm(
    'memory',
    ['set_vm_memory_high_watermark', 'absolute', '1MB'],
    ['set_vm_memory_high_watermark', 'absolute', '512MB'],
  ),
  alarm('disk', ['set_disk_free_limit', '100000GB'], ['set_disk_free_limit', '50MB']),
];

function alarm(what: string, raise: readonly string[], lower: readonly string[]): FaultKind {
  return {
    kind: `broker alarm, ${what}`,
    family: 'broker',
    target: 'rabbitmq',
    lastsMs: [3_000, 25_000],
    meetsMessages: true,
    async inject({ services }: World): Promise<Mend> {
      await rabbitmqctlOf(services.checkout, ...raise);
      return async () => void (await rabbitmqctlOf(services.checkout, ...lower));
    },
  };
}
