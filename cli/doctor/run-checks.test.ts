import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { Check } from './check.js';
import { failed, ok } from './check.js';
import type { DoctorContext } from './doctor-context.js';
import { runChecks } from './run-checks.js';

const context = {} as DoctorContext;

function check(name: string, run: Check['run'], rest: Partial<Check> = {}): Check {
  return { name, area: 'host', run, ...rest };
}

it('makes independent checks side by side and shows them in their order', async () => {
  let meet: () => void = () => undefined;
  const met = new Promise<void>((resolve) => {
    meet = resolve;
  });
  const results = await runChecks(
    [
      // Would wait for ever if they were made one after the other.
      check('first', () => met.then(() => ok('after the second'))),
      check('second', async () => {
        meet();
        return ok('');
      }),
    ],
    context,
  );
  expect(results).toMatchObject([
    { name: 'first', state: 'ok', seen: 'after the second' },
    { name: 'second', state: 'ok' },
  ]);
});

it('ends a check at its own time limit, while the others go on', async () => {
  const results = await runChecks(
    [
      check('silent', () => new Promise(() => undefined), { timeoutMs: 20 }),
      check('slower', () => sleep(60).then(() => ok('there'))),
    ],
    context,
  );
  expect(results).toMatchObject([
    { state: 'failed', seen: 'silent: no answer within 20 ms', remedy: 'grader doctor --only "silent"' },
    { state: 'ok', seen: 'there' },
  ]);
});

it('does not make a check whose ground is missing, nor the one after it', async () => {
  const never = () => Promise.reject(new Error('was made'));
  const results = await runChecks(
    [
      check('ground', async () => failed('missing', 'make it')),
      check('wall', never, { needs: 'ground' }),
      check('roof', never, { needs: 'wall' }),
    ],
    context,
  );
  expect(results).toMatchObject([
    { state: 'failed', remedy: 'make it' },
    { state: 'warning', seen: 'not looked at, since "ground" failed' },
    { state: 'warning', seen: 'not looked at, since "wall" failed' },
  ]);
});

it('takes the command out of an error of ours', async () => {
  const error = new Error('Failed to connect to it: refused. It may be down. Check with: nc -vz host 1');
  const [result] = await runChecks([check('it', () => Promise.reject(error))], context);
  expect(result).toMatchObject({
    state: 'failed',
    seen: 'Failed to connect to it: refused. It may be down.',
    remedy: 'nc -vz host 1',
  });
});
