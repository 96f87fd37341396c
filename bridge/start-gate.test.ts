import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createStartGate } from './start-gate.js';

test('a gate lets no more in than its limit, and everybody in the end', async () => {
  const gate = createStartGate(3);
  let inside = 0;
  let most = 0;
  const order: number[] = [];
  await Promise.all(
    Array.from({ length: 20 }, async (_, index) => {
      await gate.enter();
      inside += 1;
      most = Math.max(most, inside);
      order.push(index);
      await turn();
      inside -= 1;
      gate.leave();
    }),
  );
  expect(most).toBe(3);
  expect(order).toEqual(Array.from({ length: 20 }, (_, index) => index));
});
