import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Command } from 'commander';
import { projectRoot } from '../devstack/project-root.js';
import { provideServices } from '../devstack/services/index.js';
import { createOwnStack } from '../devstack/stack/own-stack.js';
import { addExamples } from '../platform/terminal/command-tree.js';
import { say } from '../platform/terminal/print.js';
import { withOwnExitStatus } from '../platform/terminal/run-program.js';
import { isAccurate, measureAccuracy, renderAccuracy } from './accuracy.js';
import type { BenchEngine } from './bench-sandbox.js';
import { isWithinBound, measureClock, renderClock } from './clock.js';
import { count } from './count.js';
import { hasGrown, measureEndurance, renderEndurance } from './endurance.js';
import { measureEngine, renderEngine } from './engine.js';
import { benchExamples } from './examples.js';
import { areRight, measureLoads, renderLoads } from './loads.js';
import { isOnTarget, measureOverhead, renderOverhead } from './overhead.js';
import { isStable, measureStability, renderStability } from './stability.js';
import { addStackBenches } from './stack-commands.js';
import type { Load } from './throughput.js';

/** `grader bench [measure]`: each measure prints a table and fails where what it measures is not as it must be. */
export function createBenchProgram(): Command {
  const bench = withOwnExitStatus(new Command('grader bench')).description(
    'measure; `grader bench help` names the measures',
  );
  bench
    .command('throughput', { isDefault: true })
    .description('submissions per second beside what the machine could do, CPU and memory, time to verdict')
    .option('--submissions <count>', 'how many', count, 50)
    .option('--tests <count>', 'of each', count, 10)
    .option('--json', 'print the figures as JSON')
    .action(async ({ json, ...load }: Load & { json?: true }) => {
      if (!(await benchEngine(load, json === true))) process.exitCode = 1;
    });
  bench
    .command('loads')
    .description(
      'the same of other submissions: identical ones, other headers, languages and numbers of tests',
    )
    .option('--submissions <count>', 'of each kind', count, 50)
    .option('--load <text>', 'only loads with this text in their name', '')
    .action(async ({ submissions, load: only }: { submissions: number; load: string }) => {
      const rows = await measureLoads(await provideServices(), { submissions, only }, say);
      report(renderLoads(rows), areRight(rows));
    });
  addSandboxMeasures(bench);
  addStackBenches(bench);
  addExamples(bench, benchExamples);
  return bench;
}

function addSandboxMeasures(bench: Command): void {
  addSandboxMeasure(bench, 'sandbox', 'what the sandbox adds to a test and to a submission', 1000).action(
    async ({ runs }: { runs: number }) => {
      const rows = await measureOverhead(await engine(), runs);
      report(renderOverhead(rows), isOnTarget(rows));
    },
  );
  addSandboxMeasure(bench, 'stability', 'verdicts near the time limit, alone and on a loaded host', 500)
    .option('--limit <ms>', 'the time limit', count, 100)
    .option('--program <text>', 'only programs with this text in their name', '')
    .action(async ({ runs, limit, program: only }: { runs: number; limit: number; program: string }) => {
      const options = { runs, limitMs: limit, only };
      const rows = await measureStability(await engine(), options);
      report(renderStability(rows, options), isStable(rows));
    });
  addSandboxMeasure(bench, 'clock', 'how far a program stretches its time limit without work', 10)
    .option('--limit <ms>', 'the time limit', count, 1000)
    .option('--program <text>', 'only programs with this text in their name', '')
    .action(async ({ runs, limit, program: only }: { runs: number; limit: number; program: string }) => {
      const options = { runs, limitMs: limit, only, isBusyToo: true };
      const rows = await measureClock(await engine(), options);
      report(renderClock(rows, options), isWithinBound(rows));
    });
  addSandboxMeasure(bench, 'accuracy', 'time and memory beside GNU time', 5)
    .option('--start-ms <ms>', 'what GNU time may take to start', count, 5)
    .action(async ({ runs, startMs }: { runs: number; startMs: number }) => {
      const rows = await measureAccuracy(await engine(), runs);
      report(renderAccuracy(rows, startMs), isAccurate(rows, startMs));
    });
  addSandboxMeasure(bench, 'endurance', 'a runner in one container over very many runs', 100_000).action(
    async ({ runs }: { runs: number }) => {
      const result = await measureEndurance(await engine(), runs);
      report(renderEndurance(result), !hasGrown(result) && result.wrongEnds.length === 0);
    },
  );
}

function addSandboxMeasure(bench: Command, name: string, description: string, runs: number): Command {
  return bench.command(name).description(description).option('--runs <count>', 'how many', count, runs);
}

/** All a measure of the sandbox needs. */
function engine(): Promise<BenchEngine> {
  return provideServices({ only: ['docker', 'image'] });
}

function report(text: string, holds: boolean): void {
  say(text);
  if (!holds) process.exitCode = 1;
}

/** On a queue filled beforehand. @returns whether every verdict was right. */
async function benchEngine(load: Load, asJson: boolean): Promise<boolean> {
  const services = await provideServices();
  const name = `bench-${randomUUID().slice(0, 8)}`;
  const stack = await createOwnStack({ name, logDirectory: join(projectRoot, '.local', 'log', name) });
  try {
    const report = await measureEngine(stack, services, load);
    say(asJson ? JSON.stringify(report, null, 2) : renderEngine(report));
    return report.throughput.wrongVerdicts === 0;
  } finally {
    await stack.stop();
  }
}
