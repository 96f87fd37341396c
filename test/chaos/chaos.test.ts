import { expect, it } from 'vitest';
import { runsAll } from '../runs-all.js';
import { isBalanced } from './ledger.js';
import { renderChaos } from './render-chaos.js';
import type { ChaosOptions } from './run-chaos.js';
import { runChaos } from './run-chaos.js';

type Edition = Omit<ChaosOptions, 'seed' | 'say'> & { readonly timeoutMs: number };

/** One or two of each family of `npm run test:chaos`, in about a minute. */
const small: Edition = {
  submissions: 24,
  everyMs: 1_300,
  faultEveryMs: 2_500,
  maxFaultMs: 4_000,
  only: [
    'kill worker-a',
    'freeze worker-b',
    'kill a container',
    'restart rabbitmq',
    'network stall, temporal',
    'network reset, postgres',
    'database: a write is refused',
    'database: rights are revoked',
    'backend login page',
    'backend answer lost',
    'disk full, worker-a',
  ],
  drainMs: 240_000,
  timeoutMs: 600_000,
};
/** As that command is by itself: about ten minutes. */
const large: Edition = {
  submissions: 300,
  everyMs: 1_200,
  faultEveryMs: 6_000,
  maxFaultMs: 60_000,
  only: [],
  drainMs: 900_000,
  timeoutMs: 1_800_000,
};
const { timeoutMs, ...edition } = runsAll ? large : small;

it(
  'loses, doubles, misjudges and forgets nothing while everything fails in every way there is',
  async () => {
    const result = await runChaos({
      ...edition,
      // Fixed, so that a failure can be repeated.
      seed: 4,
      say: (line) => void process.stdout.write(`${line}\n`),
    });
    const { text } = renderChaos(result);
    process.stdout.write(`${text}\n`);
    expect(isBalanced(result.ledger), text).toBe(true);
    expect(result.effects.metNothing, text).toEqual([]);
    if (!runsAll) expect(result.ledger.facts.crashes, text).toBe(0);
  },
  timeoutMs,
);
