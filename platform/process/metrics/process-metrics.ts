import { arch, version as nodeVersion, uptime } from 'node:process';
import { logLinesLost } from '../log-output.js';
import type { Registry } from './registry.js';

/** The figures every exporter has under the same names, so that dashboards for any process show ours too. */
export function registerProcessMetrics(registry: Registry): void {
  const startedAt = Date.now() / 1000 - uptime();
  registry.total({ name: 'process_cpu_seconds_total', help: 'Processor time of this process.' }, cpuSeconds);
  registry.gauge({ name: 'process_resident_memory_bytes', help: 'Resident memory of this process.' }, () =>
    process.memoryUsage.rss(),
  );
  registry.gauge(
    { name: 'process_start_time_seconds', help: 'When this process started, Unix time.' },
    () => startedAt,
  );
  registry.gauge(
    { name: 'nodejs_heap_used_bytes', help: 'Memory of JavaScript objects in use.' },
    () => process.memoryUsage().heapUsed,
  );
  registry.total(
    {
      name: 'grader_log_lines_lost_total',
      help: 'Lines of the log that could not be written, as its disk is full or its reader gone.',
    },
    logLinesLost,
  );
  registry.gauges(
    {
      name: 'grader_build_info',
      help: 'Always 1; what this process runs on.',
      labels: { node: [nodeVersion], arch: [arch] },
    },
    () => 1,
  );
}

/** Of this process since it started. */
export function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
