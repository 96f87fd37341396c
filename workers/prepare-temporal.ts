import type { NativeConnection } from '@temporalio/worker';
import type { SearchAttributeName } from '../domain/grading/grading-workflow.js';
import type { ShadowSetInput } from '../domain/parity/shadow-set.js';
import type { Logger } from '../platform/process/logger.js';
import type { Settings, SettingsOf } from '../platform/settings/settings.js';
import type { TemporalClient } from '../platform/temporal/connection.js';
import { createTemporalClient, workerConnectionOptions } from '../platform/temporal/connection.js';
import { ensureNamespace } from '../platform/temporal/namespace.js';
import type { PlatformWatch } from '../platform/temporal/platform-watch.js';
import { ensureSearchAttributes } from '../platform/temporal/search-attributes.js';
import { describeSweep, ensureShadowSchedule } from '../platform/temporal/shadow-schedule.js';
import { ensureSweepSchedule } from '../platform/temporal/sweep-schedule.js';
import { connectWorker } from './connect.js';

export interface TemporalForWorker {
  readonly connection: NativeConnection;
  readonly searchAttributes: readonly SearchAttributeName[];
}

/** Namespace and search attributes first, then the connection of the workers. @throws when unreachable, SettingsError. */
export async function prepareTemporal(
  settings: Settings,
  log: Logger,
  platform: Pick<PlatformWatch, 'look'>,
): Promise<TemporalForWorker> {
  const temporal = createTemporalClient(settings.temporal);
  try {
    await temporal.check();
    const searchAttributes = await prepareNamespace(temporal, settings, log, platform);
    return { connection: await connectWorker(workerConnectionOptions(settings.temporal)), searchAttributes };
  } finally {
    await temporal.close();
  }
}

/** All that belongs into a namespace. @throws ForeignPlatformError, or the client's error. */
export async function prepareNamespace(
  temporal: TemporalClient,
  settings: Settings,
  log: Logger,
  platform: Pick<PlatformWatch, 'look'>,
): Promise<readonly SearchAttributeName[]> {
  await ensureNamespace(temporal, log);
  await platform.look();
  const searchAttributes = [...(await ensureSearchAttributes(temporal, log))];
  await ensureShadowSchedule(temporal, settings.hostId, continuousShadow(settings, searchAttributes), log);
  await ensureSweepSchedule(temporal, settings.hostId, settings, log);
  return searchAttributes;
}

/** A window well within the retention of 7 days: past that nobody can tell who graded a submission. */
const shadowLookBackMs = 24 * 3_600_000;
/** Of one sweep, and fewer than one run of a set takes. */
const maxShadowed = 100;

function continuousShadow(
  { shadowShare, shadowParallel, bridgeSetting }: SettingsOf<'parity'> & Pick<Settings, 'bridgeSetting'>,
  searchAttributes: readonly SearchAttributeName[],
): ShadowSetInput | undefined {
  if (shadowShare === 0) return undefined;
  const sweep = {
    share: shadowShare,
    salt: bridgeSetting.salt,
    lookBackMs: shadowLookBackMs,
    atMost: maxShadowed,
  };
  return {
    pick: { kind: 'sweep', sweep },
    selection: describeSweep(sweep),
    parallel: shadowParallel,
    searchAttributes,
  };
}
