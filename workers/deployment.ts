import type { WorkerDeploymentOptions } from '@temporalio/worker';
import type { SettingsOf } from '../platform/settings/settings.js';
import { SettingsError } from '../platform/settings/settings-error.js';

/**
 * Temporal's worker versioning, off unless both names are set (docs/upgrading.md). It holds for the queues that any
 * host serves; a host's own queue has one process and so one version by itself, and the server would wait for it on
 * every new version.
 * @throws SettingsError when only one of the two is set.
 */
export function workerDeployment(settings: SettingsOf<'deployment'>): WorkerDeploymentOptions | undefined {
  const { workerDeploymentName: deploymentName, workerBuildId: buildId, workerVersioning } = settings;
  if (deploymentName === undefined && buildId === undefined) return undefined;
  if (deploymentName === undefined || buildId === undefined) {
    throw new SettingsError(
      ['WORKER_DEPLOYMENT_NAME', 'WORKER_BUILD_ID'],
      'WORKER_DEPLOYMENT_NAME and WORKER_BUILD_ID belong together: set both, or neither. See docs/upgrading.md.',
    );
  }
  return {
    version: { deploymentName, buildId },
    useWorkerVersioning: true,
    defaultVersioningBehavior: workerVersioning === 'pinned' ? 'PINNED' : 'AUTO_UPGRADE',
  };
}
