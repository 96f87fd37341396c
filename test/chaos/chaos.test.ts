import { expect, it } from 'vitest';
import { isBalanced, renderLedger } from './ledger.js';
import { runChaos } from './run-chaos.js';

/** The small edition of `npm run test:chaos`, at most three minutes; the seed is fixed so that a failure can be repeated. */
it('loses, doubles and misjudges nothing while everything is killed, frozen and restarted', async () => {
  const ledger = await runChaos({
    seed: 4,
    submissions: 30,
    everyMs: 1_400,
    faultEveryMs: 3_500,
    maxFreezeMs: 15_000,
    drainMs: 90_000,
    say: (line) => void process.stdout.write(`${line}\n`),
  });
  process.stdout.write(`${renderLedger(ledger)}\n`);
  expect(isBalanced(ledger), renderLedger(ledger)).toBe(true);
}, 240_000);
