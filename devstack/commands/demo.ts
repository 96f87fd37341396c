import type { Command } from 'commander';
import { say } from '../../platform/terminal/print.js';
import { concludeDemo, renderDemoTable } from '../demo/live-table.js';
import { runDemo } from '../demo/run-demo.js';
import { startDemoStack } from '../stack/demo-stack.js';

/** `grader demo`: the main job from nothing to verdicts. Exit status 1 if one verdict differs. */
export function addDemoCommand(program: Command): void {
  program
    .command('demo')
    .description('bring everything up, grade a dozen programs and show their verdicts')
    .option('--exit', 'leave at once instead of staying up until Ctrl-C')
    .action(async (options: { exit?: boolean }) => {
      const stack = await startDemoStack(say);
      const leave = new Promise<void>((resolve) => {
        process.once('SIGINT', resolve);
        process.once('SIGTERM', resolve);
      });
      try {
        const demo = { backendUrl: stack.backendUrl, ...stack.places };
        say(`web UI: ${demo.temporalUiUrl}/namespaces/${demo.namespace}/workflows`);
        let verdicts = -1;
        const rows = await Promise.race([
          runDemo(demo, (now) => {
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
          }),
          leave.then(() => undefined),
        ]);
        if (rows === undefined) return;
        say(renderDemoTable(rows));
        const conclusion = concludeDemo(rows);
        say(conclusion.text);
        if (!conclusion.isGood) process.exitCode = 1;
        if (options.exit !== true) {
          say('staying up; try `./grader submit FILE --problem 1` in another terminal; Ctrl-C ends');
          await leave;
        }
      } finally {
        say('stopping bridge, worker and backend (the services stay; `./grader down` stops them)');
        await stack.stop();
      }
    });
}

function bySeconds(a: { readonly seconds?: number }, b: { readonly seconds?: number }): number {
  return (a.seconds ?? 0) - (b.seconds ?? 0);
}
