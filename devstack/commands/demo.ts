import type { Command } from 'commander';
import { exitStatus } from '../../platform/process/exit-status.js';
import { say } from '../../platform/terminal/print.js';
import { concludeDemo, renderDemoTable } from '../demo/live-table.js';
import { runDemo } from '../demo/run-demo.js';
import { startDemoStack } from '../stack/demo-stack.js';

/** `grader demo`: the main job from nothing to verdicts. Exit status 1 if one verdict differs. */
export function addDemoCommand(program: Command): void {
  program
    .command('demo')
    .description('bring everything up and grade a dozen programs')
    .option('--exit', 'leave at once instead of staying up until Ctrl-C')
    .action(async (options: { exit?: boolean }) => {
      const stack = await startDemoStack(say);
      try {
        const demo = { backendUrl: stack.backendUrl, ...stack.places };
        say(`web UI: ${demo.temporalUiUrl}/namespaces/${demo.namespace}/workflows`);
        let verdicts = -1;
        const rows = await runDemo(demo, (now) => {
          const graded = now.filter((row) => row.verdict !== undefined).length;
          if (graded === verdicts) return;
          verdicts = graded;
          const latest = now
            .filter((row) => row.verdict !== undefined)
            .sort(bySeconds)
            .at(-1);
          say(
            `${graded} of ${now.length} graded${latest ? `: ${latest.program.file} ${latest.verdict}` : ''}`,
          );
        });
        say(renderDemoTable(rows));
        const conclusion = concludeDemo(rows);
        say(conclusion.text);
        if (!conclusion.isGood) process.exitCode = exitStatus.notDone;
        if (options.exit !== true) {
          say('staying up; try `./grader submit FILE` or `./grader status` in another terminal; Ctrl-C ends');
          await untilInterrupted();
        }
      } finally {
        say('stopping bridge, worker, console and backend (the services stay; `./grader down` stops them)');
        await stack.stop();
      }
    });
}

/** The stack ends with the interrupt. */
function untilInterrupted(): Promise<never> {
  const hour = 3_600_000;
  // Something to wait for, or the process would end by itself.
  return new Promise(() => setInterval(() => undefined, hour));
}

function bySeconds(a: { readonly seconds?: number }, b: { readonly seconds?: number }): number {
  return (a.seconds ?? 0) - (b.seconds ?? 0);
}
