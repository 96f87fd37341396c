import { isNotFound } from '../../../platform/temporal/grpc-status.js';
import type { Check } from '../check.js';
import { failed, ok, warning } from '../check.js';

const dayMs = 86_400_000;

export const namespace: Check = {
  name: 'namespace',
  area: 'Temporal',
  needs: 'Temporal server',
  async run({ temporal }) {
    const { connection, namespace: name, address } = temporal;
    try {
      const { config } = await connection.withDeadline(Date.now() + 8_000, () =>
        connection.workflowService.describeNamespace({ namespace: name }),
      );
      const days = (Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0) * 1000) / dayMs;
      if (days >= 3) return ok(`${name}, histories are kept for ${days} days`);
      return warning(
        `${name} keeps histories for ${days} day(s) only: older failures can be neither looked at nor replayed`,
        `temporal operator namespace update --address ${address} --retention 7d ${name}`,
      );
    } catch (error) {
      if (!isNotFound(error)) throw error;
      return failed(
        `there is no namespace ${name}; a worker makes it at its first start where the server allows it`,
        `temporal operator namespace create --address ${address} --retention 7d ${name}`,
      );
    }
  },
};
