import type { LeasePool } from '../activities/dependencies.js';
import type { Logger } from '../platform/logger.js';
import type { Settings } from '../platform/settings.js';
import type { ContainerReservations } from './container-slots.js';

/** What a worker needs of the host's containers. */
export interface Sandbox extends LeasePool, ContainerReservations {
  leasesHeld(): number;
  /** Removes every container of this worker. */
  close(): Promise<void>;
}

export type OpenSandbox = (settings: Settings, log: Logger) => Promise<Sandbox>;

/** @throws Error when the container engine or the image is not there; opening again is harmless. */
export const openSandbox: OpenSandbox = async () => {
  throw new Error('This build has no sandbox.');
};
