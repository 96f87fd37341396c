import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Command } from 'commander';
import { measureThroughput, renderThroughput } from '../../bench/throughput.js';
import { applySchema } from '../../reference-backend/apply-schema.js';
import { projectRoot } from '../project-root.js';
import { provideServices } from '../services/index.js';
import { ensureDatabase } from '../stack/demo-stack.js';
import { createGradingStack } from '../stack/grading-stack.js';
import { addRecoveryBenches } from './bench-recovery.js';

/** `grader bench`: submissions per second, CPU per submission and memory, on a queue filled beforehand. */
export function addBenchCommand(program: Command): void {
  const bench = program.command('bench');
  addRecoveryBenches(bench);
  bench
    .description('measure throughput, CPU per submission and memory of each process')
    .option('--submissions <count>', 'how many', '50')
    .action(async (options: { submissions: string }) => {
      const services = await provideServices();
      const name = `bench_${randomUUID().slice(0, 8)}`;
      const databaseUrl = await ensureDatabase(services.databaseUrl, name);
      await applySchema(databaseUrl);
      const stack = await createGradingStack({
        ...services,
        databaseUrl,
        queue: `grading_${name}`,
        namespace: name.replace('_', '-'),
        logDirectory: join(projectRoot, '.local', 'log', name),
      });
      try {
        const result = await measureThroughput(stack, Number(options.submissions), services.processes);
        process.stdout.write(`${renderThroughput(result)}\n`);
        if (result.wrongVerdicts > 0) process.exitCode = 1;
      } finally {
        await stack.stop();
      }
    });
}
