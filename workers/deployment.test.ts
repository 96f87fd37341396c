import { expect, it } from 'vitest';
import { loadSettings } from '../platform/settings/settings.js';
import { workerDeployment } from './deployment.js';

it('leaves workers unversioned unless both names are set', () => {
  expect(workerDeployment(loadSettings({}))).toBeUndefined();
  const named = { WORKER_DEPLOYMENT_NAME: 'grading', WORKER_BUILD_ID: '1.4.0' };
  expect(workerDeployment(loadSettings(named))).toEqual({
    version: { deploymentName: 'grading', buildId: '1.4.0' },
    useWorkerVersioning: true,
    defaultVersioningBehavior: 'PINNED',
  });
  const following = loadSettings({ ...named, WORKER_VERSIONING: 'auto-upgrade' });
  expect(workerDeployment(following)?.defaultVersioningBehavior).toBe('AUTO_UPGRADE');
  expect(() => workerDeployment(loadSettings({ WORKER_BUILD_ID: '1.4.0' }))).toThrow(/belong together/);
});
