import { readFile } from 'node:fs/promises';
import type { Check } from '../check.js';
import { ok, warning } from '../check.js';

export const memory: Check = {
  name: 'memory',
  area: 'host',
  async run({ settings }) {
    const meminfo = await readFile('/proc/meminfo', 'utf8');
    const megabytes = (name: string): number =>
      Math.round(Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(meminfo)?.[1] ?? 0) / 1024);
    const available = megabytes('MemAvailable');
    const seen = `${available} of ${megabytes('MemTotal')} MiB available, for a pool of ${settings.containerPoolSize}`;
    if (available >= settings.watch.minMemoryMb) return ok(seen);
    return warning(
      `${seen}; below DOCTOR_MIN_MEMORY (${settings.watch.minMemoryMb} MiB) programs may be killed for want of memory`,
      'ps aux --sort=-rss | head, or a smaller CONTAINER_POOL_SIZE',
    );
  },
};
