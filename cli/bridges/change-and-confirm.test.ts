import { describe, expect, test } from 'vitest';
import type { BridgeControl } from '../../domain/cutover/bridge-control.js';
import { bridgeReport } from '../../test/fakes/bridge-report.js';
import { brokerAnswering } from '../../test/fakes/fake-broker.js';
import type { CommandContext } from '../context.js';
import type { AskOptions } from './change-and-confirm.js';
import { changeAndConfirm } from './change-and-confirm.js';

const control: BridgeControl = {
  ...{ mode: 'router', share: 0, salt: 's', version: 2 },
  ...{ at: '2026-01-01T00:00:00.000Z', by: 'alice', why: 'abort' },
};
const before = bridgeReport();
const obedient = bridgeReport({ control: { ...before.control, share: 0, version: 2 } });

function change(...rounds: readonly (readonly unknown[])[]) {
  return changeKnowing({}, ...rounds);
}

function changeKnowing(options: AskOptions, ...rounds: readonly (readonly unknown[])[]) {
  const broker = brokerAnswering(...rounds);
  const context = {
    settings: { queue: 'q' },
    broker: () => Promise.resolve(broker),
  } as unknown as CommandContext;
  return changeAndConfirm(context, () => Promise.resolve(control), options);
}

describe('a change', () => {
  test('is confirmed by the bridge that obeys it', async () => {
    expect(await change([before], [obedient])).toMatchObject({ missing: [], reports: [obedient] });
  });

  test('waits for nobody else once all that are known have answered', async () => {
    // Longer than a test may take.
    const options = { known: new Set(['a']), withinMs: 3_600_000 };
    expect(await changeKnowing(options, [before], [obedient])).toMatchObject({ missing: [] });
    const unreadable = { id: 'b' };
    const both = { known: new Set(['a', 'b']), withinMs: 3_600_000 };
    expect((await changeKnowing(both, [before, unreadable], [obedient, unreadable])).missing).toHaveLength(1);
  });

  test.each([
    ['is not there any more', new Set(['a', 'gone'])],
    ['nobody knew of', new Set<string>()],
  ])('leaves a bridge that %s its time, and confirms by those that answer', async (_what, known) => {
    const options = { known, withinMs: 100 };
    expect(await changeKnowing(options, [before], [obedient])).toMatchObject({
      missing: [],
      reports: [obedient],
    });
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
