import { describe, expect, test } from 'vitest';
import type { BridgeControl } from '../../domain/cutover/bridge-control.js';
import { bridgeReport } from '../../test/fakes/bridge-report.js';
import { brokerAnswering } from '../../test/fakes/fake-broker.js';
import type { CommandContext } from '../context.js';
import { changeAndConfirm } from './change-and-confirm.js';

const control: BridgeControl = {
  ...{ mode: 'router', share: 0, salt: 's', version: 2 },
  ...{ at: '2026-01-01T00:00:00.000Z', by: 'alice', why: 'abort' },
};
const before = bridgeReport();
const obedient = bridgeReport({ control: { ...before.control, share: 0, version: 2 } });

function change(...rounds: readonly (readonly unknown[])[]) {
  const broker = brokerAnswering(...rounds);
  const context = {
    settings: { queue: 'q' },
    broker: () => Promise.resolve(broker),
  } as unknown as CommandContext;
  return changeAndConfirm(context, () => Promise.resolve(control));
}

describe('a change', () => {
  test('is confirmed by the bridge that obeys it', async () => {
    expect(await change([before], [obedient])).toMatchObject({ missing: [], reports: [obedient] });
  });

  test('names a bridge that does not', async () => {
    expect(await change([before], [before])).toMatchObject({ missing: ['a'] });
  }, 10_000);

  test.each([
    ['is no report', { id: 'b' }, 'b'],
    ['is of a version that says it otherwise', { ...obedient, id: 'b', control: { revision: 2 } }, 'b'],
    ['has no name', { hello: 'world' }, 'a bridge without a name'],
    ['is no JSON', 'not { JSON', 'a bridge without a name'],
  ])('is never confirmed by an answer that %s', async (_what, answer, name) => {
    const { missing, reports } = await change([before, answer], [obedient, answer]);
    expect(reports).toEqual([obedient]);
    expect(missing).toEqual([`${name} (its report cannot be read)`]);
  });
});
