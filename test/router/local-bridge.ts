import { randomUUID } from 'node:crypto';
import type { Bridge } from '../../bridge/bridge.js';
import { startBridge } from '../../bridge/bridge.js';
import type { BridgeSetting } from '../../domain/cutover/bridge-control.js';
import { createLogger } from '../../platform/process/logger.js';
import { Secret } from '../../platform/settings/secret.js';
import { loadSettings } from '../../platform/settings/settings.js';
import { createBridgeControlStore } from '../../platform/temporal/bridge-control-store.js';
import { createGradingStarter } from '../../platform/temporal/grading-starter.js';
import { fakeBridgeDependencies } from '../fakes/fake-bridge-dependencies.js';
import type { Stage } from './stage.js';

/** A bridge in this process on the stage's queue. */
export function startLocalBridge(stage: Stage, setting: BridgeSetting): Promise<Bridge> {
  const log = createLogger({ name: 'bridge', level: 'error', format: 'json' });
  return startBridge({
    id: randomUUID().slice(0, 8),
    settings: {
      ...loadSettings({}),
      amqpUrl: new Secret(stage.services.amqpUrl),
      queue: stage.queue,
      legacyQueue: `${stage.queue}.legacy`,
      bridgeSetting: setting,
      bridgeHealthPort: 0,
    },
    starter: createGradingStarter(stage.temporal, log, { queue: stage.queue }),
    // Nobody works on the gradings here, so their backlog says nothing.
    ...fakeBridgeDependencies(),
    control: createBridgeControlStore(stage.temporal, stage.queue),
    log,
  });
}
