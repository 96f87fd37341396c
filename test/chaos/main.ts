import { Command } from 'commander';
import { isBalanced, renderLedger } from './ledger.js';
import { runChaos } from './run-chaos.js';

/** `npm run test:chaos -- --seed 1 --submissions 300`; ends with 1 when the ledger does not balance. */
const program = new Command('test:chaos')
  .description('submissions under a seeded schedule of faults, and a ledger of what became of them')
  .option(
    '--seed <number>',
    'the same seed makes the same schedule',
    String(Math.floor(Math.random() * 10_000)),
  )
  .option('--submissions <count>', 'how many', '300')
  .option('--every <ms>', 'from one submission to the next, on average', '1200')
  .option('--fault-every <ms>', 'from one fault to the next, on average', '8000')
  .action(async (options: { seed: string; submissions: string; every: string; faultEvery: string }) => {
    const ledger = await runChaos({
      seed: Number(options.seed),
      submissions: Number(options.submissions),
      everyMs: Number(options.every),
      faultEveryMs: Number(options.faultEvery),
      maxFreezeMs: 60_000,
      drainMs: 900_000,
      say: (line) => void process.stdout.write(`${line}\n`),
    });
    process.stdout.write(`${renderLedger(ledger)}\n`);
    process.exitCode = isBalanced(ledger) ? 0 : 1;
  });

await program.parseAsync();
