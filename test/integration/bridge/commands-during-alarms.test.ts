import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startGrader } from '../grader-command.js';
import type { PrivateBroker } from '../private-broker.js';
import { usePrivateBroker } from '../private-broker.js';
import type { OperatedPlatform } from './commands-during-fault.js';
import { expectPromiseKept, openOperatedPlatform, promise } from './commands-during-fault.js';

let broker: PrivateBroker;
let platform: OperatedPlatform;
beforeAll(async () => {
  broker = await usePrivateBroker();
  platform = await openOperatedPlatform();
});
afterAll(async () => {
  await platform.clean();
  await broker.stop();
});

const alarms = [
  {
    what: 'a memory alarm',
    begin: () => raise('set_vm_memory_high_watermark', '0.00001'),
    end: () => broker.rabbitmqctl('set_vm_memory_high_watermark', 'absolute', '512MB'),
  },
  {
    what: 'a disk alarm',
    begin: () => raise('set_disk_free_limit', '100000GB'),
    end: () => broker.rabbitmqctl('set_disk_free_limit', '50MB'),
  },
];

describe.each(alarms)('during $what', ({ what, begin, end }) => {
  test(promise, async () => {
    try {
      await expectPromiseKept(what, platform, { begin });
    } finally {
      await end();
    }
  }, 900_000);
});

test('a change of the mode gets through while the broker has an alarm, and says why nobody confirms it', async () => {
  const { fixture, environment } = platform;
  const bridge = await fixture.start({ setting: { mode: 'equal' }, followsControl: true });
  const [memory] = alarms;
  await memory?.begin();
  try {
    const { status, stdout } = await startGrader(['mode', 'set', 'off', '--why', 'brake'], environment);
    expect(stdout).toMatch(
      /: off, version \d+\nThe change is written.*RabbitMQ takes no messages: it has an alarm/,
    );
    expect(status).toBe(1);
    await expect.poll(() => bridge.health()).toMatchObject({ state: 'off', control: { mode: 'off' } });
  } finally {
    await memory?.end();
  }
});

/** The broker looks for itself whether a new limit is passed. */
async function raise(...command: readonly string[]): Promise<void> {
  await broker.rabbitmqctl(...command);
  await expect
    .poll(() => broker.rabbitmqctl('eval', 'rabbit_alarm:get_alarms().'))
    .toContain('resource_limit');
}
