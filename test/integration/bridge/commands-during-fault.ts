import pMap from 'p-map';
import { expect } from 'vitest';
import { applySchema } from '../../../reference-backend/apply-schema.js';
import { runsAll } from '../../runs-all.js';
import { runGrader } from '../grader-command.js';
import { brakeCommands, operatorCommands } from '../operator-commands.js';
import { createTestDatabase, testServices } from '../services-fixture.js';
import type { BridgeFixture } from './bridge-fixture.js';
import { createBridgeFixture } from './bridge-fixture.js';

const commands = runsAll ? operatorCommands : brakeCommands;
/** Most only wait for their deadlines. */
const atOnce = 9;
/** On a quiet machine a third of it is enough; none may keep its operator in the dark for longer. */
const maxSilentMs = 30_000;

/** A bridge to ask, with all that its answer takes, and a database. */
export interface OperatedPlatform {
  readonly fixture: BridgeFixture;
  /** What its commands are told. */
  readonly environment: Readonly<Record<string, string>>;
  clean(): Promise<void>;
}

export async function openOperatedPlatform(): Promise<OperatedPlatform> {
  const fixture = await createBridgeFixture();
  await fixture.start({ setting: { mode: 'equal' }, followsControl: true });
  const database = await createTestDatabase();
  await applySchema(database.url);
  return {
    fixture,
    environment: {
      AMQP_URL: testServices().amqpUrl,
      DATABASE_URL: database.url,
      TEMPORAL_ADDRESS: testServices().temporalAddress,
      TEMPORAL_NAMESPACE: fixture.temporal.namespace,
      RABBITMQ_QUEUE: fixture.queue,
    },
    async clean() {
      await fixture.clean();
      await database.drop();
    },
  };
}

export const promise = 'no command of the operators is silent for long, or ends in a stack trace';

/** Every command, with a message on the queue. */
export async function expectPromiseKept(
  what: string,
  { fixture, environment }: OperatedPlatform,
  fault: { readonly settings?: Readonly<Record<string, string>>; begin?(): Promise<unknown> } = {},
): Promise<void> {
  await fixture.publish(JSON.stringify({ submission_id: 1 }));
  await fault.begin?.();
  const rows = await pMap(
    commands,
    async (words) => ({
      words: words.join(' '),
      ...(await runGrader(words, { ...environment, ...fault.settings }, 60_000)),
    }),
    { concurrency: atOnce },
  );
  for (const { words, firstOutputMs, endedMs, status, stdout, stderr } of rows) {
    process.stdout.write(
      `${what} | ${words} | ${firstOutputMs} ms | ${endedMs} ms | ${status} | ${(stdout + stderr).trim().split('\n')[0]?.slice(0, 150)}\n`,
    );
  }
  for (const row of rows) {
    expect.soft(row.firstOutputMs, row.words).toBeLessThan(maxSilentMs);
    expect.soft(row.status, `${row.words} does not end`).not.toBeNull();
    expect.soft(row.stderr, row.words).not.toMatch(/^\s+at .*:\d+:\d+\)?$/m);
  }
}
