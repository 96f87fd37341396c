import { availableParallelism, hostname } from 'node:os';
import { z } from 'zod';
import { computed, required } from './setting.js';
import { duration, wholeNumber } from './value-parsers.js';

/** What a host gives to gradings. */
export const host = {
  hostId: computed(
    'HOST_ID',
    () => hostIdFrom(hostname()),
    z.string().regex(/^[A-Za-z0-9._-]{1,64}$/, { error: '1 to 64 letters, digits, dots, hyphens' }),
    {
      group: 'Bridge and workers',
      description: 'Name of this host in queue names, one per worker. Default: the host name.',
      unit: '',
      example: 'grader-01',
    },
  ),
  compileCacheMb: required('COMPILE_CACHE_MB', wholeNumber(0, 4096), {
    group: 'Bridge and workers',
    description: 'Memory for compiled programs that may be graded again; 0 keeps none.',
    unit: 'MiB',
    default: '16',
  }),
  runConcurrency: computed('RUN_CONCURRENCY', availableParallelism, wholeNumber(1, 1_024), {
    group: 'Bridge and workers',
    description: 'Programs and compilers that run at a time on this host. Default: the number of cores.',
    unit: 'cores',
    example: '2',
  }),
  leaseTtlMs: required('LEASE_TTL', duration(10_000), {
    group: 'Bridge and workers',
    description: 'A container whose grading has vanished is freed after this long.',
    unit: '',
    default: '30m',
  }),
  leaseIdleMs: required('LEASE_IDLE', duration(1_000), {
    group: 'Bridge and workers',
    description: 'A container unused by its grading for this long is freed.',
    unit: '',
    default: '2m',
  }),
};

/** Queue names are made of it. */
function hostIdFrom(name: string): string {
  return name.replace(/[^A-Za-z0-9._-]/g, '-').slice(0, 64) || 'host';
}
