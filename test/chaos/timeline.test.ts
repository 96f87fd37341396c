import { expect, it } from 'vitest';
import { createTimeline } from './timeline.js';

/** A timeline whose clock is set by hand. */
function world() {
  let now = 0;
  const timeline = createTimeline(() => now);
  return {
    at: (ms: number, what: (timeline: ReturnType<typeof createTimeline>) => void) => {
      now = ms;
      what(timeline);
    },
    effect: (...faults: { kind: string; from: number; to: number }[]) => timeline.effects(faults)[0],
  };
}

it('counts what ran and what waited while a fault lasted, and the time to the first verdict after it', () => {
  const { at, effect } = world();
  at(0, (it) => it.accepted(1));
  at(0, (it) => it.accepted(2));
  at(100, (it) => it.seenRunning([1]));
  at(1_200, (it) => it.told(1));
  at(3_000, (it) => it.told(2));
  expect(effect({ kind: 'kill', from: 500, to: 1_000 })).toMatchObject({
    gradings: 1,
    messages: 2,
    recoveryMs: 200,
    allMs: 2_000,
    isShared: false,
  });
});

it('has met no grading where only messages waited', () => {
  const { at, effect } = world();
  at(0, (it) => it.accepted(1));
  at(900, (it) => it.told(1));
  expect(effect({ kind: 'kill', from: 100, to: 200 })).toMatchObject({ gradings: 0, messages: 1 });
});

it('does not count the time in which nobody waits', () => {
  const { at, effect } = world();
  at(5_000, (it) => it.accepted(1));
  at(5_300, (it) => it.told(1));
  expect(effect({ kind: 'kill', from: 0, to: 100 })).toMatchObject({ recoveryMs: 300, allMs: 0 });
});

it('counts from the end of another fault that came between, and says so', () => {
  const { at, effect } = world();
  at(0, (it) => it.accepted(1));
  at(9_000, (it) => it.told(1));
  const frozen = { kind: 'freeze', from: 1_500, to: 8_000 };
  expect(effect({ kind: 'kill', from: 500, to: 1_000 }, frozen)).toMatchObject({
    recoveryMs: 1_000,
    isShared: true,
  });
});

it('has no time where a verdict never came', () => {
  const { at, effect } = world();
  at(0, (it) => it.accepted(1));
  expect(effect({ kind: 'kill', from: 500, to: 1_000 })).toMatchObject({
    recoveryMs: undefined,
    allMs: undefined,
  });
});
