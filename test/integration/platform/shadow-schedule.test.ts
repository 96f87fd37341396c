import { ScheduleNotFoundError } from '@temporalio/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ShadowSetInput } from '../../../domain/parity/shadow-set.js';
import { createLogger } from '../../../platform/process/logger.js';
import { loadSettings } from '../../../platform/settings/settings.js';
import type { TemporalClient } from '../../../platform/temporal/connection.js';
import { createTemporalClient } from '../../../platform/temporal/connection.js';
import { ensureNamespace } from '../../../platform/temporal/namespace.js';
import { ensureShadowSchedule } from '../../../platform/temporal/shadow-schedule.js';
import { testServices, uniqueName } from '../services-fixture.js';

const log = createLogger({ name: 'test', level: 'silent', format: 'json' });
const off = undefined;
let temporal: TemporalClient;

beforeAll(async () => {
  const { temporalAddress: address } = testServices();
  const namespace = uniqueName('shadow-schedule');
  temporal = createTemporalClient({ ...loadSettings({}).temporal, address, namespace });
  await ensureNamespace(temporal, log);
});

afterAll(async () => {
  const { namespace } = temporal;
  await temporal.connection.operatorService.deleteNamespace({ namespace }).catch(() => undefined);
  await temporal.close();
});

test('the schedule of the continuous shadow ends with the worker that has set it last, not with another one', async () => {
  await ensureShadowSchedule(temporal, 'host-a', share(500), log);
  await ensureShadowSchedule(temporal, 'host-b', off, log);
  expect(await scheduled()).toBe(share(500).selection);

  await ensureShadowSchedule(temporal, 'host-b', share(700), log);
  await ensureShadowSchedule(temporal, 'host-a', off, log);
  expect(await scheduled()).toBe(share(700).selection);

  await ensureShadowSchedule(temporal, 'host-b', off, log);
  expect(await scheduled()).toBeUndefined();
  await ensureShadowSchedule(temporal, 'host-b', off, log);
});

test('a schedule that a person has made, or an earlier version, is left alone', async () => {
  const { schedule } = temporal.client;
  const handle = await schedule.create({
    scheduleId: 'shadow',
    spec: { intervals: [{ every: '1h' }] },
    action: { type: 'startWorkflow', workflowType: 'shadowSet', taskQueue: 'grading', args: [share(100)] },
  });
  await ensureShadowSchedule(temporal, 'host-a', off, log);
  expect(await scheduled()).toBe(share(100).selection);
  await handle.delete();
});

function share(hundredths: number): ShadowSetInput {
  const sweep = { share: hundredths, salt: 'test', lookBackMs: 1000, atMost: 1 };
  return {
    pick: { kind: 'sweep', sweep },
    selection: `a share of ${hundredths}`,
    parallel: 1,
    searchAttributes: [],
  };
}

/** What the schedule selects; undefined where there is none. */
async function scheduled(): Promise<string | undefined> {
  try {
    const { action } = await temporal.client.schedule.getHandle('shadow').describe();
    const [input] = action.args as [ShadowSetInput];
    return input.selection;
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return undefined;
    throw error;
  }
}
