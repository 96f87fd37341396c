import type { FaultKind } from '../fault.js';
import { chaosServices } from '../services.js';

/** A service ends, by its own stop signal or by SIGKILL, and comes back on its data. */
export const serviceFaults: readonly FaultKind[] = chaosServices.map((service) => ({
  kind: `restart ${service}`,
  family: 'service',
  target: service,
  lastsMs: [0, 6_000],
  hows: ['stopped', 'killed'],
  ...(service === 'docker' && { needs: 'an engine of its own' as const }),
  async inject({ services }, how) {
    await services.end(service, how === 'killed' ? 'killed' : 'stopped');
    return () => services.start(service);
  },
}));
