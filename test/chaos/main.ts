import { Command } from 'commander';
import { renderChaos } from './render-chaos.js';
import { runChaos } from './run-chaos.js';

/** `npm run test:chaos -- --seed 1 --submissions 300`; ends with 1 when the run does not count, or found something. */
const program = new Command('test:chaos')
  .description('submissions under a seeded schedule of faults, and a ledger of what became of them')
  .option(
    '--seed <number>',
    'the same seed makes the same schedule',
    String(Math.floor(Math.random() * 10_000)),
  )
  .option('--submissions <count>', 'how many', '300')
  .option('--every <ms>', 'from one submission to the next, on average', '1200')
  .option('--fault-every <ms>', 'from one fault to the next, on average', '6000')
  .option('--max-fault <ms>', 'no fault lasts longer', '60000')
  .option('--only <names...>', 'families and kinds of faults; all by default')
  .action(
    async (
      options: Record<'seed' | 'submissions' | 'every' | 'faultEvery' | 'maxFault', string> & {
        only?: string[];
      },
    ) => {
      const result = await runChaos({
        seed: Number(options.seed),
        submissions: Number(options.submissions),
        everyMs: Number(options.every),
        faultEveryMs: Number(options.faultEvery),
        maxFaultMs: Number(options.maxFault),
        only: options.only ?? [],
        drainMs: 900_000,
        say: (line) => void process.stdout.write(`${line}\n`),
      });
      const { text, findings } = renderChaos(result);
      process.stdout.write(`${text}\n`);
      process.exitCode = findings.length === 0 ? 0 : 1;
    },
  );

await program.parseAsync();
