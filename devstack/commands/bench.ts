import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Command } from 'commander';
import { onInterrupt } from '../../platform/terminal/interrupt.js';
import { projectRoot } from '../project-root.js';

const benchProgram = join(projectRoot, 'dist/bench.js');

/**
 * `grader bench`: a program of its own, as it stands on this stack, not in it. Ends when that program does, with its
 * exit status.
 */
export function addBenchCommand(parent: Command, program = benchProgram): void {
  parent
    .command('bench')
    .description('measure; `grader bench help` names the measures')
    .argument('[words...]', 'a measure and its options')
    .helpOption(false)
    .allowUnknownOption()
    .action(async (words: string[]) => {
      const child = spawn(process.execPath, [...process.execArgv, program, ...words], { stdio: 'inherit' });
      const ended = once(child, 'exit');
      onInterrupt(async () => {
        child.kill('SIGTERM');
        await ended;
      });
      const [code] = (await ended) as [number | null];
      process.exitCode = code ?? 1;
    });
}
