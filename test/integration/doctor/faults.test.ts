import { afterAll, beforeAll, expect, it } from 'vitest';
import { diagnose } from '../../../cli/commands/doctor.js';
import { eventually } from '../eventually.js';
import { DoctorWorld } from './doctor-world.js';
import { hostAndBrokerFaults } from './faults-of-host-and-broker.js';
import { otherServiceFaults } from './faults-of-other-services.js';

let world: DoctorWorld;

beforeAll(async () => {
  world = await DoctorWorld.open();
});
afterAll(() => world?.close());

// In this process: a command for each would cost a second of CPU time, and doctor.test.ts has the command.
it.each([...hostAndBrokerFaults, ...otherServiceFaults])(
  '%s: sees %s',
  async (check, fault, make, state, seen, remedy) => {
    const settings = await make(world);
    await eventually(async () => {
      const environment = { ...process.env, ...world.stack.environment, ...settings };
      const results = await diagnose(environment, [check]);
      const found = results.find(({ name }) => name === check);
      expect(found).toMatchObject({
        state,
        seen: expect.stringMatching(seen),
        remedy: expect.stringMatching(remedy),
      });
      process.stdout.write(`${fault}\n  ${state}  ${check}: ${found?.seen}\n`);
    });
  },
);
