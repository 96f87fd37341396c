import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Command } from 'commander';
import { projectRoot } from '../devstack/project-root.js';
import type { GradingStack } from '../devstack/stack/grading-stack.js';
import { createOwnStack } from '../devstack/stack/own-stack.js';
import { say } from '../platform/terminal/print.js';
import { isCheapAndQuick, measureConsole, renderConsole } from './console.js';
import { count } from './count.js';
import type { HostLossResult } from './host-loss.js';
import { measureHostLoss, renderHostLoss } from './host-loss.js';
import { areInTime, measureScale, renderScale } from './scale.js';
import { renderSoak, soak } from './soak.js';

/** Measures of the whole: `grader bench host-loss`, `soak`, `console` and `scale`. */
export function addStackBenches(bench: Command): void {
  bench
    .command('host-loss')
    .description(
      'time from the loss of a host to the grading going on elsewhere, by the step that was under way',
    )
    .option('--kills <count>', 'for each step', count, 20)
    .action(({ kills }: { kills: number }) =>
      onStack('host-loss', async (stack, say) => {
        await Promise.all([stack.start('backend'), stack.start('bridge')]);
        const results: HostLossResult[] = [];
        for (const step of ['run', 'compile', 'wait'] as const) {
          results.push(await measureHostLoss(stack, step, kills, say));
        }
        say(renderHostLoss(results));
        if (results.some(({ secondsToGoOn }) => secondsToGoOn.length < kills)) process.exitCode = 1;
      }),
    );
  bench
    .command('soak')
    .description('what a worker holds on to over many gradings of a trivial program')
    .option(
      '--gradings <count>',
      'in all; looked at after a fortieth, a tenth, each quarter of them',
      count,
      5000,
    )
    .action(({ gradings }: { gradings: number }) =>
      onStack('soak', async (stack, say) => {
        const samplesAt = [0.025, 0.1, 0.25, 0.5, 0.75, 1].map((share) =>
          Math.max(1, Math.round(share * gradings)),
        );
        const samples = await soak(stack, samplesAt, ({ gradings: count, residentMb }) =>
          say(`${count} gradings: ${residentMb.toFixed(0)} MB`),
        );
        say(renderSoak(samples));
      }),
    );
  bench
    .command('console')
    .description('what the web console costs while fifty pages are open, and how soon its abort is obeyed')
    .option('--seconds <count>', 'to look, for each number of pages', count, 60)
    .option('--aborts <count>', 'how many', count, 20)
    .action((load: { seconds: number; aborts: number }) =>
      onStack('console', async (stack, say) => {
        const figures = await measureConsole(stack, load, say);
        say(renderConsole(figures));
        if (!isCheapAndQuick(figures)) process.exitCode = 1;
      }),
    );
  bench
    .command('scale')
    .description('how soon operators’ reading commands answer beside many gradings')
    .option('--closed <count>', 'gradings that have ended', count, 100_000)
    .option('--running <count>', 'gradings that wait for a worker', count, 10_000)
    .option('--filled <name>', 'measure on the platform that an earlier run has filled and named')
    .action(({ filled, ...size }: { closed: number; running: number; filled?: string }) =>
      onStack(
        'scale',
        async (stack, say) => {
          say(`platform ${stack.places.namespace}`);
          const times = await measureScale(stack, filled === undefined ? size : undefined, say);
          say(renderScale(times));
          if (!areInTime(times)) process.exitCode = 1;
        },
        filled,
      ),
    );
}

/** A database, a queue and a namespace of the measure's own, or those of an earlier run. */
async function onStack(
  measure: string,
  work: (stack: GradingStack, say: (line: string) => void) => Promise<void>,
  name = `${measure}-${randomUUID().slice(0, 8)}`,
): Promise<void> {
  const stack = await createOwnStack({ name, logDirectory: join(projectRoot, '.local', 'log', name) });
  try {
    await work(stack, say);
  } finally {
    await stack.stop();
  }
}
