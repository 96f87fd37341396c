import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../eventually.js';
import { runGrader } from '../grader-command.js';
import { DoctorWorld } from './doctor-world.js';
import { openManagementPlugin } from './management-plugin.js';

let world: DoctorWorld;

beforeAll(async () => {
  world = await DoctorWorld.open();
});
afterAll(() => world?.close());

it('finds nothing wrong with a stack that works, and changes nothing', async () => {
  // It tells of every warm image in the making, those of other files' workers, too.
  await eventually(
    async () => {
      const { status, stdout, stderr } = await runGrader(['doctor'], world.stack.environment);
      expect(stderr).toMatch(/^environment: database .*\n$/);
      // A second one on a host whose processors change their clock.
      expect(stdout).toMatch(/\b[12] warning\(s\), 0 failed/);
      expect(status).toBe(0);
      process.stdout.write(stdout);
    },
    { timeoutMs: 240_000, everyMs: 500 },
  );
  const { stdout } = await runGrader(['doctor', '--json'], world.stack.environment);
  const { checks } = JSON.parse(stdout) as { checks: { name: string; state: string; seen: string }[] };
  const notOk = checks.filter(({ state, name }) => state !== 'ok' && name !== 'processor');
  expect(notOk.map(({ name }) => name)).toEqual(['backup']);
  const seen = Object.fromEntries(checks.map((check) => [check.name, check.seen]));
  expect(seen['pollers: hosts']).toBe(`grading-host-${world.stack.environment.HOST_ID}`);
  expect(seen['queue type and policy']).toMatch(/^durable, no arguments; type and policy not seen/);
  expect(stdout).not.toMatch(/guest:guest|postgres:(?!\*)/);
  const left = await world.docker.listContainers({
    all: true,
    filters: { label: ['temporal-grading-engine.owner'] },
  });
  expect(left.filter(({ Labels }) => Labels['temporal-grading-engine.owner']?.startsWith('doctor'))).toEqual(
    [],
  );
});

it('tells legacy workers that a router forwards for nobody', async () => {
  const router = ['mode', 'set', 'router', '--share', '50%', '--why', 'doctor'];
  const refused = await runGrader(router, world.stack.environment);
  expect(refused.stderr).toMatch(/Nobody consumes|There is no queue/);
  expect(refused.status).toBe(3);
  await runGrader([...router, '--force'], world.stack.environment);
  const words = ['doctor', '--only', 'consumers'];
  const { status, stdout } = await runGrader(words, world.stack.environment);
  process.stdout.write(stdout);
  expect(stdout).toMatch(/failed +consumers +router 50 %; 0 consumer\(s\) of .*waits for nobody/);
  expect(status).toBe(1);
  await runGrader(['mode', 'set', 'equal', '--why', 'doctor'], world.stack.environment);
  expect((await runGrader(words, world.stack.environment)).stdout).toMatch(/ok +consumers +1 of 1 bridge/);
});

it('sees type, policy and consumers by the management API where there is one', async () => {
  const management = await openManagementPlugin();
  try {
    const settings = { ...world.stack.environment, RABBITMQ_MANAGEMENT_URL: management.url };
    const words = ['doctor', '--only', 'queue type and policy', 'consumers', 'clock'];
    await eventually(async () => {
      const { stdout } = await runGrader(words, settings);
      expect(stdout).toMatch(/queue type and policy durable, no arguments, classic, no policy/);
      expect(stdout).toMatch(/consumers at 127\.0\.0\.1/);
      expect(stdout).toMatch(/clock .*RabbitMQ/);
    });
    await management.setPolicy(world.stack.places.queue, { 'message-ttl': 60_000 });
    await eventually(async () => {
      const { status, stdout } = await runGrader(words, settings);
      expect(stdout).toMatch(
        /warning queue type and policy .*policy doctor \{"message-ttl":60000\}.*dropped/,
      );
      expect(status).toBe(0);
      process.stdout.write(stdout);
    });
    const refused = await runGrader(words, {
      ...settings,
      RABBITMQ_MANAGEMENT_URL: management.url.replace('guest:guest', 'guest:wrong'),
    });
    expect(refused.stdout).toMatch(/type and policy not seen: the management API at .* answered 401/);
  } finally {
    await management.clearPolicy().catch(() => undefined);
    await management.close();
  }
});

it('says which checks there are when asked for another', async () => {
  const { status, stderr } = await runGrader(['doctor', '--only', 'weather'], world.stack.environment);
  expect(status).toBe(2);
  expect(stderr).toMatch(/There is no check "weather"\. There are: Node\.js, memory/);
});
