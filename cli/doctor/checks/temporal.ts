import type { Check } from '../check.js';
import { failedBy, ok, warning } from '../check.js';

/** The first version that counts a queue's backlog, which a competing bridge needs for back-pressure. */
const oldestMinor = 24;

export const temporal: Check = {
  name: 'Temporal server',
  area: 'Temporal',
  async run({ temporal: server }) {
    try {
      await server.check(8_000);
    } catch (error) {
      return failedBy(error, `temporal operator cluster health --address ${server.address}`);
    }
    const { serverVersion } = await server.connection.workflowService.getSystemInfo({});
    const seen = `version ${serverVersion ?? '?'} at ${server.address}`;
    const [major = 0, minor = 0] = (serverVersion ?? '').split('.').map(Number);
    if (major > 1 || minor >= oldestMinor) return ok(seen);
    return warning(
      `${seen}: it does not count what waits, so bridges do not leave messages to the legacy workers`,
      'upgrade the server to 1.24 or newer, one minor version at a time',
    );
  },
};
